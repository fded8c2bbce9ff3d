#!/bin/sh
# The browser tests drive a real Chromium. Playwright's own download is not used: the distribution's is patched with it.
set -e
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The browser tests need Chromium: install it with this machine's package manager, then run again." >&2
  exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then sudo="sudo"; fi
$sudo apt-get update -qq
# The build without a window takes a third of the time. Where the distribution has none, the usual one does.
install() {
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends \
    "$1" fonts-liberation fonts-noto-color-emoji >/dev/null
}
install chromium-headless-shell || install chromium
