package api

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// id is what an id is in a body: Huma knows of a uuid.UUID only that it is a string, and
// of one that is none not where it stands.
type id string

// Schema implements huma.SchemaProvider.
func (id) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Format: "uuid"}
	s.PrecomputeMessages()
	return s
}

// qualified finds the named types in a type's name, which has those of its
// parameters in it: "Page[clientportal/internal/ticket.Summary]".
var qualified = regexp.MustCompile(`[\w./-]*/(\w+)\.(\w+)`)

// schemaName names a schema after its feature and type, since several features
// have a Person: "TicketPerson", "PageOfTicketSummary".
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" || t.PkgPath() == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	outer, parameters, generic := strings.Cut(t.PkgPath()+"."+t.Name(), "[")
	name := featureName(outer)
	if generic {
		name += "Of" + featureName(strings.TrimSuffix(parameters, "]"))
	}
	return name
}

func featureName(s string) string {
	s = qualified.ReplaceAllStringFunc(s, func(found string) string {
		parts := qualified.FindStringSubmatch(found)
		if parts[1] == "api" {
			return parts[2]
		}
		return capital(parts[1]) + capital(parts[2])
	})
	return strings.Map(func(r rune) rune {
		if r == '[' || r == ']' || r == '*' || r == ',' {
			return -1
		}
		return r
	}, s)
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
