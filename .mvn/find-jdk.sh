# Sourced by ./mvnw and ./keyledger: exports JAVA_HOME as a JDK 25 when there is one, else leaves it alone.
# Order: JAVA_HOME itself, java on the PATH, the usual places of packages, installers and version managers.
is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}
find_jdk_25() {
  if [ -n "${JAVA_HOME:-}" ] && is_jdk_25 "$JAVA_HOME"; then return 0; fi
  find_jdk_on_path=$(command -v javac 2>/dev/null) || find_jdk_on_path=
  if [ -n "$find_jdk_on_path" ]; then
    find_jdk_on_path=$(readlink -f "$find_jdk_on_path" 2>/dev/null || printf %s "$find_jdk_on_path")
  fi
  for find_jdk_home in "${JDK25_HOME:-}" "${find_jdk_on_path%/bin/javac}" \
    /usr/lib/jvm/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/25* "${HOME:-/nonexistent}"/.jdks/* \
    "${HOME:-/nonexistent}"/.asdf/installs/java/* "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
    /opt/java/* /opt/jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk@25; do
    if [ -n "$find_jdk_home" ] && is_jdk_25 "$find_jdk_home"; then
      JAVA_HOME=$find_jdk_home
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}
