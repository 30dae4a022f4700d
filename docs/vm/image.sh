#!/bin/sh
# Puts Bootseal's VM side into an image. Run it as root inside the image's build (Packer, a chroot, a container):
#
#     sh image.sh WHEEL-OR-NAME FOLDER-WITH-THE-UNITS
#
# The image holds no secret and no token afterwards: only the program, its unit, and hooks that name /run/bootseal.
set -eu

package=${1:?usage: image.sh WHEEL-OR-NAME FOLDER-WITH-THE-UNITS}
units=${2:?usage: image.sh WHEEL-OR-NAME FOLDER-WITH-THE-UNITS}

# An environment of its own, so that no other package's needs can break a boot.
python3 -m venv /opt/bootseal
/opt/bootseal/bin/pip install --quiet --no-cache-dir "$package"
ln -sf /opt/bootseal/bin/bootseal /usr/local/bin/bootseal

# Every later shell and service sees the variables. After zsh and openssh-server, if the image is to have them.
bootseal boot --install-only

install -D -m 0644 "$units/bootseal-boot.service" /etc/systemd/system/bootseal-boot.service
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -sf ../bootseal-boot.service /etc/systemd/system/multi-user.target.wants/bootseal-boot.service
