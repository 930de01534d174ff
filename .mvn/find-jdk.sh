# Sourced: sets JAVA_HOME to a JDK 25 or newer, or says in one sentence that there is none.
is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
  local major
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$major" ] && [ "$major" -ge 25 ]
}
find_jdk_25() {
  local place
  if [ -n "${JAVA_HOME:-}" ] && is_jdk_25 "$JAVA_HOME"; then return 0; fi
  if command -v javac >/dev/null 2>&1; then
    place=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
    if is_jdk_25 "$place"; then JAVA_HOME=$place; return 0; fi
  fi
  for place in /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/jdk*; do
    if is_jdk_25 "$place"; then JAVA_HOME=$place; return 0; fi
  done
  return 1
}
if ! find_jdk_25; then
  echo "sluice needs a JDK 25: none was found in JAVA_HOME, on the PATH or under /usr/lib/jvm; install one or set JAVA_HOME to it." >&2
  exit 1
fi
export JAVA_HOME
