# Takes numbers, and sends pairs of a number and its square. JSON has numbers as the shell has them.
fd=$PLAIT_CHANNEL_FD
while echo null >&"$fd" && read -r number <&"$fd"; do
  echo "[$number, $((number * number))]" >&"$fd"
done
