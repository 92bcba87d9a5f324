package ticket

import (
	"strings"

	"clientportal/internal/fault"
)

// checkTitle returns the title on one line: it becomes a mail's subject.
func checkTitle(c *fault.Check, title string) string {
	if strings.TrimSpace(title) == "" {
		c.Add("title", "Give the ticket a title.")
		return ""
	}
	return c.Text("title", "the title", strings.Join(strings.Fields(title), " "), 1, MaxTitle)
}

func checkBody(c *fault.Check, name, label, body string) string {
	return c.Text(name, label, body, 1, MaxBody)
}

// checkCategory returns the category on one line, or "" for none.
func checkCategory(c *fault.Check, category string) string {
	return c.Text("category", "the category", strings.Join(strings.Fields(category), " "), 0, MaxCategory)
}

func checkPriority(c *fault.Check, name string, p Priority) {
	c.OneOf(name, string(p), texts(Priorities)...)
}

func checkStatus(c *fault.Check, name string, s Status) {
	c.OneOf(name, string(s), texts(Statuses)...)
}

func texts[T ~string](words []T) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	return all
}
