# A worker of a Pool: the number of letters in a word.
import plait_channel


def count(word):
    if not word:
        raise ValueError("there is no word")
    return len(word)


plait_channel.serve(count)
