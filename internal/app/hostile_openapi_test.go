package app_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

// operation is a JSON call, as the portal's own description has it.
type operation struct {
	method, path string
	queries      []string
	properties   map[string]schema // of the body; nil where there is none
	needed       []string          // of the properties
	mayBeEmpty   bool              // the body
	answers      map[string]schema // what an answer of 200 has
}

type schema struct {
	Ref        string            `json:"$ref"`
	Type       any               `json:"type"` // a name, or a list of them
	Format     string            `json:"format"`
	Enum       []json.RawMessage `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Items      *schema           `json:"items"`
}

// described is the portal's own description, as far as it is looked at.
type described struct {
	Paths map[string]map[string]struct {
		Parameters  []struct{ In, Name string }
		RequestBody struct {
			Required bool
			Content  map[string]struct{ Schema schema }
		}
		Responses map[string]struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

func (d described) schema(ref string) schema {
	return d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
}

// operations are all of the portal, by path.
func operations(t *testing.T, nobody *apptest.Caller) []operation {
	t.Helper()
	var document described
	nobody.Get("/api/openapi.json").Must(t, http.StatusOK).Decode(t, &document)
	var all []operation
	for _, path := range slices.Sorted(maps.Keys(document.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(document.Paths[path])) {
			call := document.Paths[path][method]
			op := operation{method: strings.ToUpper(method), path: path, mayBeEmpty: !call.RequestBody.Required}
			for _, parameter := range call.Parameters {
				if parameter.In == "query" {
					op.queries = append(op.queries, parameter.Name)
				}
			}
			whole := document.schema(call.RequestBody.Content["application/json"].Schema.Ref)
			op.answers = document.schema(call.Responses["200"].Content["application/json"].Schema.Ref).Properties
			op.properties, op.needed = whole.Properties, whole.Required
			all = append(all, op)
		}
	}
	return all
}

func (o operation) name() string { return o.method + " " + o.path }

// body is one that the operation understands, with raw JSON in the place of some
// of its properties.
func (o operation) body(replaced map[string]string) []byte {
	whole := map[string]json.RawMessage{}
	for name, property := range o.properties {
		whole[name] = property.example(name)
	}
	for name, raw := range replaced {
		whole[name] = json.RawMessage(raw)
	}
	var b strings.Builder // the raw JSON need not be valid, so nothing encodes it again
	for name, raw := range whole {
		b.WriteString(`,"` + name + `":` + string(raw))
	}
	return []byte("{" + strings.TrimPrefix(b.String(), ",") + "}")
}

// example is a value of the schema; where a name tells what is wanted, that.
func (s schema) example(name string) json.RawMessage {
	known := map[string]string{
		"email": `"somebody@acme.example"`, "password": `"four quite random words"`, "current_password": `"` + apptest.Password + `"`,
		"role": `"viewer"`, "scopes": `["account:read"]`, "timezone": `"Europe/London"`, "currency": `"GBP"`,
		"client_type": `"b2b"`, "business_model": `"lead_gen"`, "website_type": `"brochure"`, "website": `"acme.example"`,
		"slug": `"a-slug"`, "ticket_prefix": `"AB"`, "assigned_to": `"me"`,
	}
	switch {
	case known[name] != "":
		return json.RawMessage(known[name])
	case s.Format == "uuid" || strings.HasSuffix(name, "_id"):
		return json.RawMessage(`"00000000-0000-0000-0000-000000000001"`)
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.is("integer"):
		return json.RawMessage(`1`)
	case s.is("boolean"):
		return json.RawMessage(`true`)
	case s.is("array"):
		return json.RawMessage(`[` + string(s.Items.example("")) + `]`)
	}
	return json.RawMessage(`"Some words"`)
}

// is reports whether values may be of this JSON type.
func (s schema) is(name string) bool {
	if list, ok := s.Type.([]any); ok {
		return slices.Contains(list, any(name))
	}
	return s.Type == name
}

// Whoever has nothing to say about it needs no {} to do something.
func TestBodiesWithoutNeedsMayBeMissing(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, op := range operations(t, s.Nobody(t)) {
		if op.method == http.MethodPost && op.properties != nil && len(op.needed) == 0 && !op.mayBeEmpty {
			t.Errorf("%s %s needs a body, and nothing in it", op.method, op.path)
		}
	}
	s.caller("member").Send(http.MethodPost, "/api/client-portal/notifications/read", "", nil).Must(t, http.StatusNoContent)
}

func TestListsArePages(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t, newScene(t).Nobody(t)) {
		if _, isPage := op.answers["next_cursor"]; isPage && (!slices.Contains(op.queries, "limit") || !slices.Contains(op.queries, "cursor")) {
			t.Errorf("%s %s answers with a page, and takes no limit and cursor", op.method, op.path)
		}
	}
}

// A stranger who has the description alone knows of each operation what it is for, who
// may call it, and what its parameters mean.
func TestOperationsAreDescribed(t *testing.T) {
	t.Parallel()
	var document struct {
		Tags  []struct{ Name, Description string }
		Paths map[string]map[string]struct {
			Summary, Description string
			Tags                 []string
			Security             []map[string][]string
			Parameters           []struct{ In, Name, Description string }
			Responses            map[string]json.RawMessage
		}
	}
	newScene(t).Nobody(t).Get("/api/openapi.json").Must(t, http.StatusOK).Decode(t, &document)
	tags := map[string]bool{}
	for _, tag := range document.Tags {
		tags[tag.Name] = tag.Description != ""
	}
	public := map[string]bool{"POST /api/push/batches": true}
	for _, r := range publicTable {
		public[r.route] = true
	}
	for path, methods := range document.Paths {
		for method, op := range methods {
			name := strings.ToUpper(method) + " " + path
			if op.Summary == "" || len(op.Tags) != 1 || !tags[op.Tags[0]] || op.Responses["default"] == nil || len(op.Responses) < 2 {
				t.Errorf("%s: %q, tags %v, %d responses", name, op.Summary, op.Tags, len(op.Responses))
			}
			if !public[name] && (len(op.Security) == 0 || !strings.Contains(op.Description, "oken")) {
				t.Errorf("%s says not who may call it: %v %q", name, op.Security, op.Description)
			}
			keyed := false
			for _, p := range op.Parameters {
				keyed = keyed || p.Name == "Idempotency-Key"
				if p.In == "header" && p.Description == "" || p.Name == "limit" && p.Description == "" {
					t.Errorf("%s says not what %s is", name, p.Name)
				}
			}
			if !public[name] && keyed != (method == "post") {
				t.Errorf("%s: takes an Idempotency-Key: %t", name, keyed)
			}
		}
	}
}
