#!/bin/sh
# Installs the released cachecheck for this machine: fetches the archive, holds it against the release's checksums, unpacks it.
#
#   CACHECHECK_BIN      folder for the program, ~/.local/bin by default
#   CACHECHECK_SHARE    folder for man pages and completions, ~/.local/share by default; empty for none
#   CACHECHECK_VERSION  the version
#   CACHECHECK_RELEASES address of the releases
#
# The release workflow writes its version and address into the two lines below.
set -eu

version=${CACHECHECK_VERSION:-@version@}
releases=${CACHECHECK_RELEASES:-@repository@/releases/download}
bin=${CACHECHECK_BIN:-$HOME/.local/bin}
share=${CACHECHECK_SHARE-$HOME/.local/share}

fail() {
    echo "cachecheck: $*" >&2
    exit 1
}

target() {
    machine=$(uname -m)
    case $machine in
        x86_64 | amd64) machine=x86_64 ;;
        aarch64 | arm64) machine=aarch64 ;;
        *) fail "no release is built for $machine: compile it with cargo install --locked cachecheck" ;;
    esac
    case $(uname -s) in
        Linux)
            # Alpine and others have no glibc, which the released program needs.
            if ldd --version 2>&1 | grep -qi musl; then
                fail "no release is built for musl: compile it with cargo install --locked cachecheck"
            fi
            echo "$machine-unknown-linux-gnu"
            ;;
        Darwin) echo "$machine-apple-darwin" ;;
        MINGW* | MSYS* | CYGWIN*) echo "x86_64-pc-windows-msvc" ;;
        *) fail "no release is built for $(uname -s)" ;;
    esac
}

digest() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

target=$(target)
case $target in
    *windows*) suffix=zip exe=.exe ;;
    *) suffix=tar.gz exe= ;;
esac
name=cachecheck-$target-v$version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for file in "$name.$suffix" SHA256SUMS; do
    curl --fail --silent --show-error --location --retry 3 --output "$folder/$file" "$releases/v$version/$file" ||
        fail "$releases/v$version/$file could not be fetched"
done
wanted=$(awk -v file="$name.$suffix" '$2 == file || $2 == "*" file { print $1 }' "$folder/SHA256SUMS")
[ -n "$wanted" ] || fail "SHA256SUMS of version $version does not name $name.$suffix"
if [ "$(digest "$folder/$name.$suffix")" != "$wanted" ]; then
    echo "cachecheck: $name.$suffix is not what SHA256SUMS says: nothing was installed" >&2
    exit 3
fi

case $suffix in
    zip) unzip -q "$folder/$name.zip" -d "$folder" ;;
    *) tar -xzf "$folder/$name.tar.gz" -C "$folder" ;;
esac
mkdir -p "$bin"
# Moved, not copied over: a program that runs is not written to.
cp "$folder/$name/cachecheck$exe" "$bin/.cachecheck.new"
chmod 755 "$bin/.cachecheck.new"
mv -f "$bin/.cachecheck.new" "$bin/cachecheck$exe"
if [ -n "$share" ]; then
    mkdir -p "$share"
    cp -R "$folder/$name/share/." "$share"
fi
echo "installed $("$bin/cachecheck$exe" --version) as $bin/cachecheck$exe"
case :$PATH: in
    *":$bin:"*) ;;
    *) echo "add $bin to PATH to call it by its name" ;;
esac
