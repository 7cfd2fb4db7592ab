# Runs a command as a container would: with the machine's programs, but files of its own.
# container.sh ROOT READ-ONLY MOUNTS COMMAND...; a line of MOUNTS is "ro|rw SOURCE TARGET".
set -e
root=$1 readonly=$2 mounts=$3
shift 3
mount -t tmpfs tmpfs "$root"
mkdir -p "$root/etc" "$root/run" "$root/tmp" "$root/var"
for path in /bin /dev /lib /lib32 /lib64 /opt /proc /sbin /sys /usr \
    /etc/alternatives /etc/group /etc/java* /etc/ld.so.* /etc/nsswitch.conf /etc/passwd /etc/ssl; do
  if [ -L "$path" ]; then
    cp -P "$path" "$root$path"
  elif [ -d "$path" ]; then
    mkdir "$root$path"
    mount --rbind "$path" "$root$path"
  elif [ -e "$path" ]; then
    : > "$root$path"
    mount --bind "$path" "$root$path"
  fi
done
while read -r mode source target; do
  if [ -d "$source" ]; then
    mkdir -p "$root$target"
  else
    mkdir -p "$(dirname "$root$target")"
    : > "$root$target"
  fi
  mount --bind "$source" "$root$target"
  if [ "$mode" = ro ]; then
    mount -o remount,bind,ro "$root$target"
  fi
done < "$mounts"
if [ "$readonly" = true ]; then
  mount -o remount,ro "$root"
fi
exec chroot "$root" "$@"
