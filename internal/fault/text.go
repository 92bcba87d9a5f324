package fault

import (
	"strings"
	"unicode/utf8"
)

// Text checks a text of at most max characters that PostgreSQL can hold, and
// returns it without surrounding white space. Label names it for a person: "the
// title". It is required when min is 1 or more.
func (c *Check) Text(name, label, value string, min, max int) string {
	value = strings.TrimSpace(value)
	length := utf8.RuneCountInString(value)
	switch {
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		c.Add(name, "This has characters that can't be stored. Type %s again, or paste it as plain text.", label)
	case length == 0 && min > 0:
		c.Add(name, "Fill in %s.", label)
	case length < min:
		c.Add(name, "Say a little more: at least %d characters, this has %d.", min, length)
	case length > max:
		c.Add(name, "Shorten %s: at most %d characters, this has %d.", label, max, length)
	}
	return value
}

// OneOf checks that value is one of the allowed ones.
func (c *Check) OneOf(name, value string, allowed ...string) {
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	c.Add(name, "Choose one of: %s.", strings.Join(allowed, ", "))
}
