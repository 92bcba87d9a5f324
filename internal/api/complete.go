package api

import (
	"cmp"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/route"
)

// commonly is what parameters mean that many operations have.
var commonly = map[string]string{
	"header If-Match":   "The ETag as it was read: a 412 if it has another by now",
	"query limit":       "The most items of a page",
	"query from":        "The first day",
	"query to":          "The last day, included",
	"query sort":        "With - before it, the last or the highest first",
	"query customer_id": "Of this customer",
	"query employee_id": "Of this employee",
	"query quote_id":    "Of this project",
	"query ticket_id":   "Of this ticket",
	"query retainer_id": "Of this retainer",
	"query category":    "Of this category",
	"query priority":    "Of this priority",
	"query status":      "Of this status",
	"query billable":    "Only what is billed, or only what is not",
	"query is_retainer": "Only what a retainer covers, or only what none does",
}

// complete says of an operation what follows from who may call it and from its kind,
// so that none has to say it itself.
func (a *API) complete(op *huma.Operation, access route.Access) {
	if !access.IsPublic() {
		op.Security = []map[string][]string{{string(access.Kind()): {}}}
		if access.Scope() != "" {
			op.Security = append(op.Security, map[string][]string{"access_token": {access.Scope()}})
		}
		op.Description = strings.TrimSpace(op.Description + " " + whoMayCall(access))
		if op.Method == http.MethodPost {
			op.Parameters = append(op.Parameters, &huma.Param{
				Name: keyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(maxKey)},
				Description: "What is sent again with the same key is done once, and gets the same answer",
			})
		}
	}
	for _, p := range op.Parameters {
		p.Description = cmp.Or(p.Description, commonly[p.In+" "+p.Name])
	}
	if op.Responses["default"] == nil {
		problem := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
		op.Responses["default"] = &huma.Response{
			Description: "Error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}
	}
}

// About is the operation with more than its summary says.
func About(op huma.Operation, text string) huma.Operation {
	op.Description = text
	return op
}

// whoMayCall says which roles may, and what a token needs.
func whoMayCall(access route.Access) string {
	var b strings.Builder
	if roles := access.Roles(); len(roles) > 0 {
		names := make([]string, len(roles))
		for i, role := range roles {
			names[i] = string(role)
		}
		b.WriteString("For the roles " + strings.Join(names, ", ") + ". ")
	}
	if access.Scope() == "" {
		b.WriteString("Not for tokens.")
	} else {
		b.WriteString("A token needs " + access.Scope() + ".")
	}
	return b.String()
}
