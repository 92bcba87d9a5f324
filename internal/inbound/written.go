package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// written is what the sender has written themselves: the plain text, or that of
// the HTML, without the quoted mail and the signature.
func written(plain, html string) string {
	text := plain
	if strings.TrimSpace(text) == "" {
		text = textOf(html)
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.TrimSpace(strings.Join(unquoted(strings.Split(text, "\n")), "\n"))
}

// What mail programs put before the mail that is answered.
var (
	// "On Thursday, Sam wrote:", in the languages of our neighbours too.
	attribution = regexp.MustCompile(`(?i)^(on|am|le|el|il|op|den)\b.{4,300}\b(wrote|schrieb|écrit|escribió|ha scritto|schreef|skrev)\b.{0,120}:$`)
	separator   = regexp.MustCompile(`(?i)^-{2,} ?(original message|forwarded message|ursprüngliche nachricht|message d'origine) ?-{2,}$`)
	underline   = regexp.MustCompile(`^_{10,}$`)
	fromLine    = regexp.MustCompile(`(?i)^\*?(from|von|de): ?\*?.+`)
	sentLine    = regexp.MustCompile(`(?i)^\*?(sent|date|gesendet|datum|envoyé|to|an|subject|betreff): ?\*?.+`)
)

// unquoted are the lines without those of the mail that is answered. Answers
// between or below quoted lines stay.
func unquoted(lines []string) []string {
	var own []string
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(strings.ReplaceAll(lines[i], "\u00a0", " "), " \t")
		switch n := attributed(lines[i:]); {
		case strings.HasPrefix(line, ">"):
		case n > 0 && strings.HasPrefix(next(lines[i+n:]), ">"):
			i += n - 1
		case n > 0, lines[i] == "-- ", separator.MatchString(line), block(lines[i:]):
			return own
		default:
			own = append(own, line)
		}
	}
	return own
}

// attributed is of how many lines the attribution is that lines begin with: a
// program may break it.
func attributed(lines []string) int {
	joined := ""
	for n, line := range lines[:min(3, len(lines))] {
		if strings.TrimSpace(line) == "" {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + strings.TrimSpace(line))
		if attribution.MatchString(joined) {
			return n + 1
		}
	}
	return 0
}

// block reports whether the header of another mail begins here, as Outlook puts it.
func block(lines []string) bool {
	if underline.MatchString(strings.TrimSpace(lines[0])) {
		lines = lines[1:]
	}
	at := slices.IndexFunc(lines, func(line string) bool { return strings.TrimSpace(line) != "" })
	if at < 0 || at > 1 || !fromLine.MatchString(strings.TrimSpace(lines[at])) {
		return false
	}
	found := 0
	for _, line := range lines[at+1 : min(at+5, len(lines))] {
		if sentLine.MatchString(strings.TrimSpace(line)) {
			found++
		}
	}
	return found >= 2
}

// next is the first line that says something.
func next(lines []string) string {
	for _, line := range lines {
		if text := strings.TrimSpace(line); text != "" {
			return text
		}
	}
	return ""
}
