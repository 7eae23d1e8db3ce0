# code.awk - awk functions to read C; the rules put it before their own text.

# The line with its comments made blank. To be called on every line of every
# file in order: it remembers whether a comment is still open.
function code(line,    out, i, n, c, two) {
    if (FNR == 1) in_comment = 0
    n = length(line)
    out = ""
    for (i = 1; i <= n; i++) {
        two = substr(line, i, 2)
        c = substr(two, 1, 1)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                i++
            }
        } else if (two == "/*") {
            in_comment = 1
            out = out " "
            i++
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "'") {
            two = literal(line, i)
            out = out two
            i += length(two) - 1
        } else {
            out = out c
        }
    }
    return out
}

# The string or character literal that starts at position i, quotes included.
function literal(line, i,    quote, j, n, c) {
    quote = substr(line, i, 1)
    n = length(line)
    for (j = i + 1; j <= n; j++) {
        c = substr(line, j, 1)
        if (c == "\\") j++
        else if (c == quote) break
    }
    return substr(line, i, j - i + 1)
}
