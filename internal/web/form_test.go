package web

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/fault"
)

func TestFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	var check fault.Check
	check.Add("title", "Give the ticket a title.")
	check.Add("body", "Say a little more.")
	form, ok := Form{ID: "new", Values: url.Values{"title": {"  "}, "body": {"\nHelp"}, "password": {"secret"}}}.With(check.Err())
	if !ok || !form.Failed() {
		t.Fatal("a fault did not fail the form")
	}
	html := drawn(t, with(Buttons(nil))) +
		drawn(t, ErrorSummary(form, "The ticket is not sent yet")) +
		drawn(t, Input(form, Field{Name: "title", Label: "Title", Hint: "A few words"})) +
		drawn(t, TextArea(form, Field{Name: "body", Label: "What happens?"})) +
		drawn(t, Input(form, Field{Name: "password", Label: "Password", Type: "password"}))
	for _, want := range []string{
		"The ticket is not sent yet: 2 things to fix",
		`href="#new-title"`,
		`aria-describedby="new-title-hint new-title-fault"`,
		`aria-invalid="true"`,
		`id="new-title-fault"`,
		"\n\nHelp</textarea>", // the first line break after the tag is not part of the text
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	if strings.Contains(html, "secret") {
		t.Error("the form shows the password again")
	}
}

func TestFormWithoutField(t *testing.T) {
	t.Parallel()
	form, ok := Form{}.With(fault.New(fault.Conflict, "The ticket is closed already."))
	if !ok || form.Message != "The ticket is closed already." {
		t.Errorf("With = %v, %v", form, ok)
	}
	if _, ok := (Form{}).With(errors.New("disk on fire")); ok {
		t.Error("an unknown error became words for the reader")
	}
}
