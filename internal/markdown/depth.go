package markdown

import (
	"regexp"
	"strings"
)

// maxDepth is how deep quotes and lists may nest. The parser's work grows with
// depth times length, and nobody reads a tenth quote within a quote.
const maxDepth = 12

// mark opens a quote or a list's item.
var mark = regexp.MustCompile(`^[ \t]*(?:[>*+-]|\d{1,9}[.)])`)

// withoutDepth drops the marks of quotes and lists that nest deeper, line by line.
func withoutDepth(text string) []byte {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		rest := line
		for range maxDepth {
			rest = rest[len(mark.FindString(rest)):]
		}
		kept := len(line) - len(rest)
		for m := mark.FindString(rest); m != ""; m = mark.FindString(rest) {
			rest = rest[len(m):]
		}
		lines[i] = line[:kept] + rest
	}
	return []byte(strings.Join(lines, ""))
}
