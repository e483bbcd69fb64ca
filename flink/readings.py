"""Writes readings of sensors as NDJSON, about 150 bytes each, in the order of their event times: readings.py COUNT FILE."""

import random
import sys
from datetime import datetime, timedelta, timezone

KEYS, A_SECOND = 1000, 2000
count, path = int(sys.argv[1]), sys.argv[2]
start = datetime(2026, 1, 1, tzinfo=timezone.utc)
draw = random.Random(1)
seconds: dict[int, str] = {}
with open(path, "w") as out:
    for number in range(count):
        second, rest = divmod(number * 1000 // A_SECOND, 1000)
        if second not in seconds:
            seconds[second] = (start + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")
        sensor = draw.randrange(KEYS)
        out.write(
            f'{{"sensor":"sensor-{sensor:04}","at":"{seconds[second]}.{rest:03}Z","value":{draw.random() * 100:.3f},'
            f'"unit":"celsius","site":"site-{sensor % 50:02}","model":"TX-{sensor % 7}","sequence":{number}}}\n'
        )
