package web

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"clientportal/internal/exact"
)

// Bytes is a file's size as people read it: "84 kB", "1.2 MB". Units are
// decimal, as file managers show them.
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 999_500:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	case n < 9_950_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n < 999_500_000:
		return fmt.Sprintf("%d MB", (n+500_000)/1_000_000)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}

// Initials are the first letters of a person's first and last name.
func Initials(name string) string {
	var firsts []rune
	for _, word := range strings.Fields(name) {
		if i := strings.IndexFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }); i >= 0 {
			for _, r := range word[i:] {
				firsts = append(firsts, unicode.ToUpper(r))
				break
			}
		}
	}
	switch len(firsts) {
	case 0:
		return "?"
	case 1:
		return string(firsts)
	}
	return string([]rune{firsts[0], firsts[len(firsts)-1]})
}

// Plural is a count with its noun: "1 ticket", "3 tickets". Without a plural
// of its own the noun gets an s.
func Plural(n int, one string, many ...string) string {
	noun := one
	if n != 1 {
		noun = one + "s"
		if len(many) > 0 {
			noun = many[0]
		}
	}
	return exact.Grouped(strconv.Itoa(n)) + " " + noun
}

// orElse is value unless that is its type's zero.
func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// slug is a label as part of an element's id.
func slug(label string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return '-'
	}, label)
}
