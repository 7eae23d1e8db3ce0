# Takes numbers, and sends pairs of a number and its square.
import plait_channel

channel = plait_channel.connect()
for number in channel:
    channel.send([number, number * number])
