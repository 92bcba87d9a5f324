package web

import "github.com/a-h/templ"

// Action is something that the reader may do, as a button. With Href it is a
// link, with Post a form of its own with that one button, otherwise a button
// that submits the form around it.
type Action struct {
	Label string
	Icon  IconName
	Kind  ActionKind
	Large bool // in forms; lists and headers have small ones
	Block bool // as wide as its form

	Href string

	Post   string
	Fields []Hidden

	Name, Value string
	Attrs       templ.Attributes
}

// ActionKind is an action's weight on its page.
type ActionKind int

// A page has one Primary action, the deciding step. Ghost is for minor ones,
// Danger for those that take something away.
const (
	Plain ActionKind = iota
	Primary
	Ghost
	Danger
)

// Hidden is a form field that the reader does not see.
type Hidden struct{ Name, Value string }

func (a Action) class() string {
	class := "btn"
	if !a.Large {
		class += " btn-sm"
	}
	if a.Block {
		class += " w-full"
	}
	switch a.Kind {
	case Primary:
		return class + " btn-primary"
	case Ghost:
		return class + " btn-ghost font-medium"
	case Danger:
		return class + " btn-plain text-error"
	}
	return class + " btn-plain"
}
