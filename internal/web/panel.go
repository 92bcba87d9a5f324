package web

import "github.com/a-h/templ"

// Fact is a term with its value: Text, or Value where words are not enough.
type Fact struct {
	Term  string
	Text  string
	Value templ.Component
}

func calloutClass(tone Tone) string {
	switch tone {
	case Late:
		return "border-error/40 bg-error/6"
	case Waiting:
		return "border-warning/45 bg-warning/8"
	case Done:
		return "border-success/40 bg-success/6"
	}
	return "border-base-300 bg-base-200"
}

// calloutRole interrupts a screen reader only for what went wrong.
func calloutRole(tone Tone) string {
	if tone == Late {
		return "alert"
	}
	return "note"
}
