package api

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// Pages registers the browsable page of the API, made of the same description.
func (a *API) Pages(p *web.Pages) {
	p.Handle("GET /api/docs", route.Public(), func(w http.ResponseWriter, r *http.Request) error {
		page := p.Shell(w, r).Named("API")
		web.Render(w, r, http.StatusOK, docsPage(page, a.documented()))
		return nil
	})
	p.Handle("GET /problems/{code}", route.Public(), func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, "/api/docs#"+url.PathEscape(r.PathValue("code")), http.StatusSeeOther)
		return nil
	})
}

// documentedGroup is the operations of one kind of caller.
type documentedGroup struct {
	ID, Title  string
	Operations []documentedOperation
}

type documentedOperation struct {
	ID, Method, Path, Summary, Description string
	Parameters                             []documentedField
	Body, Answer                           []documentedField
	Statuses                               string
}

type documentedField struct {
	Name, Where, Type, Doc string
	Required               bool
}

// documented arranges the description for reading.
func (a *API) documented() []documentedGroup {
	groups := []documentedGroup{
		{ID: "client", Title: "Client API"}, {ID: "staff", Title: "Staff API"},
	}
	for path, item := range a.OpenAPI().Paths {
		group := &groups[0]
		if strings.HasPrefix(path, "/api/staff") {
			group = &groups[1]
		}
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete, item.Patch} {
			if op != nil {
				group.Operations = append(group.Operations, a.document(op))
			}
		}
	}
	for _, group := range groups {
		slices.SortFunc(group.Operations, func(x, y documentedOperation) int {
			return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Method, y.Method))
		})
	}
	return groups
}

func (a *API) document(op *huma.Operation) documentedOperation {
	d := documentedOperation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
	}
	for _, p := range op.Parameters {
		field := a.field(p.Name, p.Schema, p.Required)
		field.Where, field.Doc = p.In, cmp.Or(p.Description, field.Doc)
		d.Parameters = append(d.Parameters, field)
	}
	if op.RequestBody != nil {
		for kind, content := range op.RequestBody.Content {
			d.Body = a.fields(content.Schema)
			if len(d.Body) == 0 {
				d.Body = []documentedField{{Name: "body", Type: kind}}
			}
		}
	}
	var statuses []string
	for status, response := range op.Responses {
		if status != "default" {
			statuses = append(statuses, status)
		}
		if json := response.Content["application/json"]; json != nil && strings.HasPrefix(status, "2") {
			d.Answer = a.fields(json.Schema)
		}
	}
	slices.Sort(statuses)
	d.Statuses = strings.Join(append(statuses, "or a problem"), ", ")
	return d
}

// fields are the properties of an object, in the order of their declaration.
func (a *API) fields(s *huma.Schema) []documentedField {
	s = a.resolved(s)
	if s == nil {
		return nil
	}
	fields := make([]documentedField, 0, len(s.Properties))
	for name, property := range s.Properties {
		fields = append(fields, a.field(name, property, slices.Contains(s.Required, name)))
	}
	slices.SortFunc(fields, func(x, y documentedField) int { return cmp.Compare(x.Name, y.Name) })
	return fields
}

func (a *API) field(name string, s *huma.Schema, required bool) documentedField {
	f := documentedField{Name: name, Required: required}
	if s == nil {
		return f
	}
	f.Doc = s.Description
	if s = a.resolved(s); s == nil {
		return f
	}
	f.Type = cmp.Or(s.Format, s.Type)
	if s.Type == huma.TypeArray {
		if item := a.resolved(s.Items); item != nil {
			f.Type = "list of " + cmp.Or(item.Format, item.Type)
		}
	}
	if len(s.Enum) > 0 {
		words := make([]string, len(s.Enum))
		for i, word := range s.Enum {
			words[i] = fmt.Sprint(word)
		}
		f.Type = strings.Join(words, ", ")
	}
	return f
}

func (a *API) resolved(s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return a.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// documentedFaults are the kinds of error that a caller may meet, by the name that
// stands in a problem's type.
func documentedFaults() []web.Fact {
	about := []struct {
		code fault.Code
		text string
	}{
		{fault.Malformed, "400: the body can't be read."},
		{fault.Unauthenticated, "401: no valid session or token."},
		{fault.SecondFactor, "401: send totp_code as well."},
		{fault.Forbidden, "403: signed in, but the role or the token's scopes may not."},
		{fault.NotFound, "404: not there, or another customer's."},
		{fault.NotAllowed, "405: the address takes other methods; Allow names them."},
		{fault.Conflict, "409: the state does not allow it."},
		{fault.Stale, "412: changed since; read it again."},
		{fault.TooLarge, "413: too large."},
		{fault.MediaType, "415: not a media type that is taken."},
		{fault.Invalid, "422: errors names each field."},
		{fault.NeedsMatch, "428: send If-Match."},
		{fault.Throttled, "429: wait for Retry-After."},
		{fault.Unavailable, "503: nothing was changed; try again."},
	}
	facts := make([]web.Fact, len(about))
	for i, f := range about {
		facts[i] = web.Fact{Term: string(f.code), Text: f.text}
	}
	return facts
}
