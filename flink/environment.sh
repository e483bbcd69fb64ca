# What the scripts of this folder share: Apache Flink from PyPI, a JDK, and the compiled runners.
# Sets home, lib, classes, classpath and java_options. FLINK_HOME names the folder of Flink (default: below the cache).
# Where needs_no_flink is set, nothing is got or compiled.
version=2.3.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/thalweg
home=${FLINK_HOME:-$cache/flink}
fail() { echo "flink: $*" >&2; exit 2; }
[ -z "${needs_no_flink:-}" ] || return 0
command -v javac >/dev/null || fail 'no javac is here; install a JDK 17'
if ! ls "$home"/pyflink/lib/flink-dist-*.jar >/dev/null 2>&1; then
  command -v python3 >/dev/null || fail 'no python3 is here, which gets Flink from PyPI'
  echo "flink: gets Apache Flink $version from PyPI into $home (330 MB)" >&2
  python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check --no-deps --target "$home" \
    "apache-flink==$version" "apache-flink-libraries==$version" >&2 ||
    fail "Apache Flink $version could not be got from PyPI; is there a network, and pip?"
fi
lib=$home/pyflink/lib
classpath=$(echo "$lib"/*.jar | tr ' ' :)
classes=$home/classes
if [ -z "$(find "$classes" -name SqlScript.class -newer "$here/SqlScript.java" 2>/dev/null)" ] ||
  [ -z "$(find "$classes" -name SqlOracle.class -newer "$here/SqlOracle.java" 2>/dev/null)" ]; then
  mkdir -p "$classes"
  javac --release 11 -cp "$classpath" -d "$classes" "$here"/*.java || fail 'the runners could not be compiled'
fi
java_options=(-XX:+UseSerialGC -Dlog4j2.level=ERROR)
for package in lang util lang.invoke util.concurrent nio net time math text; do
  java_options+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
done
