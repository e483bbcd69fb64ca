#!/usr/bin/env bash
# Opens pages of runs in a headless Chromium, at the width of a desk and of a phone: nothing may be wider than the window,
# nothing may reach the console, and pointing at a plot has to show figures. Usage: pages_in_a_browser.sh THALWEG
set -euo pipefail
thalweg=$(realpath "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$out"

# A run as it ships, one with faults and errors, and one of many nodes with long names.
cat >faulty.yaml <<'DESIGN'
name: <b>faulty</b>
nodes:
  web: {service: producer, traffic: {rate: 1500/s, record_size: 1 KiB, key: k, keys: {distinct: 100}}}
  in: {service: kds, shards: 1}
  lake: {service: firehose, buffer: {size: 5 MiB, interval: 60s}}
  archive: {service: s3}
flows: [web -> in -> lake -> archive]
require: [{latency: {from: web, to: archive, p99: 1s}}, {delivery: {to: archive, guarantee: at-least-once}}]
faults: [{kind: partition, at: in -> lake, start: 30s, duration: 1m}]
DESIGN
{
  echo 'nodes:'
  echo "  web: {service: producer, traffic: {rate: 50/s, record_size: 1 KiB, key: k, keys: {distinct: 100}}}"
  for i in $(seq 13); do
    echo "  stream-with-a-name-that-is-as-long-as-those-of-a-large-company-$i: {service: kds, shards: 1}"
    echo "  reader-$i: {service: firehose}"
    echo "  $(printf 'x%.0s' $(seq 120))-$i: {service: s3}"
  done
  echo 'flows:'
  for i in $(seq 13); do
    echo "  - web -> stream-with-a-name-that-is-as-long-as-those-of-a-large-company-$i -> reader-$i -> $(printf 'x%.0s' $(seq 120))-$i"
  done
} >many.yaml
echo 'nodes: {web: {service: producer, traffic: {rate: 1/d, record_size: 1 KiB}}}' >alone.yaml
"$thalweg" run "$root/scenarios/departures.thalweg.yaml" --report departures.html >/dev/null
for name in faulty many alone; do
  "$thalweg" run "$name.yaml" --force --duration 3m --report "$name.html" >/dev/null || [ $? = 1 ]
done

# The last page is too wide: the check has to find that.
sed 's|<main>|<main><p style="width:3000px">wide</p>|' alone.html >broken.html
cat >pages.html <<'PAGE'
<!DOCTYPE html><title>waiting</title>
<script>
const frames = ['departures', 'faulty', 'many', 'alone', 'broken'].flatMap(name => [1280, 390].map(width => {
  const frame = document.createElement('iframe')
  frame.style = `width:${width}px; height:900px; border:0`
  frame.src = name + '.html'
  document.documentElement.append(frame)
  return { name, width, frame }
}))
const clipped = (inside, width) => [...inside.querySelectorAll('body *')]
  .filter(element => !element.parentElement.closest('.scroll, pre, svg') && element.getBoundingClientRect().right > width + 1)
const look = ({ name, width, frame }) => {
  const inside = frame.contentDocument
  const found = [`${inside.documentElement.scrollWidth > width ? 'wider than its window' : 'fits'}`]
  for (const element of clipped(inside, width).slice(0, 3)) found.push(`clipped: ${element.outerHTML.slice(0, 60)}`)
  const plot = inside.querySelector('.chart > svg')
  if (plot) {
    const box = plot.getBoundingClientRect()
    plot.dispatchEvent(new frame.contentWindow.PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 5 }))
    found.push(/to .*\n.*: /.test(inside.querySelector('.tip')?.textContent) ? 'points' : 'shows nothing where one points')
  }
  return `${name} ${width}: ${found.join(', ')}`
}
addEventListener('load', () => {
  const lines = frames.map(look)
  document.documentElement.innerHTML = '<pre></pre>'
  document.querySelector('pre').textContent = lines.join('\n')
})
</script>
PAGE
timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --disable-dev-shm-usage --user-data-dir="$out/profile" --allow-file-access-from-files \
  --enable-logging=stderr --virtual-time-budget=20000 --dump-dom "file://$out/pages.html" >dom 2>log
sed -e 's|.*<pre>||' -e 's|</pre>.*||' dom >found
cat found
! grep CONSOLE log
for name in departures faulty many; do
  grep --quiet --line-regexp "$name 1280: fits, points" found
  grep --quiet --line-regexp "$name 390: fits, points" found
done
# Nothing happens in a run of one node, so that there is nothing to plot.
grep --quiet --line-regexp 'alone 390: fits' found
grep --quiet '^broken 390: wider than its window' found
