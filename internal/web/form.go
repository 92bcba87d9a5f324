package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
)

// Form is what was typed and what is wrong with it. The zero Form is empty and
// faultless; one made of a failed request is shown again as it was sent.
type Form struct {
	ID      string // prefixes the fields' ids where a page has several forms
	Values  url.Values
	Faults  []fault.Field
	Message string // what failed as a whole, when no field is to blame
}

// MaxForm is how many bytes a form carries at most, but for files.
const MaxForm = 1 << 20

// ReadForm is what was typed into a form, but for files.
func ReadForm(w http.ResponseWriter, r *http.Request) (Form, error) {
	r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	err := r.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return Form{}, fault.New(fault.TooLarge, "That is more than a form can carry, and nothing was changed. Write less, then send it again.")
	}
	if err != nil {
		return Form{}, fault.New(fault.Malformed, "The form did not arrive whole. Go back and send it again.")
	}
	return Form{Values: r.PostForm}, nil
}

// With returns the form with err's words in it. An err that is not a fault
// belongs to the caller and gives ok false.
func (f Form) With(err error) (form Form, ok bool) {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return f, false
	}
	f.Faults = e.Fields
	if len(e.Fields) == 0 {
		f.Message = e.Message
	}
	return f, true
}

// Failed reports whether something is wrong with the form.
func (f Form) Failed() bool { return len(f.Faults) > 0 || f.Message != "" }

// Value is what was typed into the named field.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// Fault is what is wrong with the named field, or "".
func (f Form) Fault(name string) string {
	for _, fault := range f.Faults {
		if fault.Name == name {
			return fault.Message
		}
	}
	return ""
}

func (f Form) fieldID(name string) string {
	if f.ID == "" {
		return name
	}
	return f.ID + "-" + name
}

// summary is the error summary's heading: "The ticket is not sent yet: 3 things
// to fix".
func (f Form) summary(notDone string) string {
	switch {
	case len(f.Faults) == 0:
		return notDone
	case len(f.Faults) == 1:
		return notDone + ": 1 thing to fix"
	}
	return notDone + ": " + Plural(len(f.Faults), "thing") + " to fix"
}

// Field is one input of a form. Its value and its fault come from the Form.
type Field struct {
	Name     string
	Label    string
	Hint     string
	Optional bool
	Required bool

	Type         string // of an input; "text" when empty
	Autocomplete string
	InputMode    string
	Placeholder  string // an example, never the label
	MaxLength    int
	Rows         int  // of a text area; 5 when zero
	Autofocus    bool // on at most one field of a page

	Aside   *Link             // beside the label: "Forgotten?"
	Class   string            // further classes of the control
	Compact bool              // a small control under a quiet label, as beside a ticket
	Attrs   map[string]string // of the control, where nothing above fits
}

// CodeField is the Class of a field for a one-time code.
const CodeField = "text-xl tnum tracking-[0.3em] h-12"

// Option is a choice of a select or of radio cards; only cards show the hint.
type Option struct{ Value, Label, Hint string }

// FileLimits is how many files may be chosen, and how large each may be.
type FileLimits struct {
	Count int
	Bytes int64
}

// attributes are those that every control of the field has: its id and name,
// and for screen readers its hint and fault.
func (fd Field) attributes(f Form) templ.Attributes {
	id := f.fieldID(fd.Name)
	attrs := templ.Attributes{"id": id, "name": fd.Name}
	set := func(name, value string) {
		if value != "" {
			attrs[name] = value
		}
	}
	var described []string
	if fd.Hint != "" {
		described = append(described, id+"-hint")
	}
	if f.Fault(fd.Name) != "" {
		described = append(described, id+"-fault")
		attrs["aria-invalid"] = "true"
	}
	set("aria-describedby", strings.Join(described, " "))
	set("autocomplete", fd.Autocomplete)
	set("inputmode", fd.InputMode)
	set("placeholder", fd.Placeholder)
	attrs["required"] = fd.Required
	attrs["autofocus"] = fd.Autofocus && !f.Failed()
	if fd.MaxLength > 0 {
		attrs["maxlength"] = strconv.Itoa(fd.MaxLength)
	}
	for name, value := range fd.Attrs {
		attrs[name] = value
	}
	return attrs
}
