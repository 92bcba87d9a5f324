package shopifysim

import (
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// execution is one query at work.
type execution struct {
	store     *Store
	now       time.Time
	host      string
	variables map[string]any
	fragments ast.FragmentDefinitionList
	problems  []problem
	visited   int
	whole     bool // for a bulk file: a connection is one page
}

// node is an object of the schema. A value is a scalar, a node, a list of nodes, nil,
// or what makes one of these of a field's arguments.
type node map[string]any

type resolver func(args map[string]any) any

// denial is in the place of a value that the app may not see.
type denial problem

// object resolves the fields of an object. It is false when a field is null that may
// not be: the object is null then.
func (e *execution) object(set ast.SelectionSet, n node, path []any) (map[string]any, bool) {
	e.visited++
	out := map[string]any{}
	whole := true
	for _, f := range e.fields(set, n) {
		at := slices.Concat(path, []any{f.Alias})
		value, ok := e.value(f, n, at)
		out[f.Alias] = value
		whole = whole && ok
	}
	if !whole {
		return nil, false
	}
	return out, true
}

// fields are the fields of a selection that apply to this object.
func (e *execution) fields(set ast.SelectionSet, n node) []*ast.Field {
	var list []*ast.Field
	for _, selection := range set {
		switch sel := selection.(type) {
		case *ast.Field:
			list = append(list, sel)
		case *ast.InlineFragment:
			if applies(sel.TypeCondition, n) {
				list = append(list, e.fields(sel.SelectionSet, n)...)
			}
		case *ast.FragmentSpread:
			if applies(sel.Definition.TypeCondition, n) {
				list = append(list, e.fields(sel.Definition.SelectionSet, n)...)
			}
		}
	}
	return list
}

func applies(typeName string, n node) bool {
	return typeName == "" || typeName == "Node" || n["__typename"] == typeName
}

func (e *execution) value(f *ast.Field, n node, path []any) (any, bool) {
	value := n[f.Name]
	if resolve, ok := value.(resolver); ok {
		value = resolve(f.ArgumentMap(e.variables))
	}
	if d, ok := e.refused(f, value); ok {
		d.Path = path
		e.problems = append(e.problems, d)
		return nil, !f.Definition.Type.NonNull
	}
	switch v := value.(type) {
	case node:
		if v == nil {
			return nil, true
		}
		out, ok := e.object(f.SelectionSet, v, path)
		if !ok {
			return nil, !f.Definition.Type.NonNull
		}
		return out, true
	case []node:
		list := make([]any, len(v))
		for i, item := range v {
			if item == nil {
				continue
			}
			if out, ok := e.object(f.SelectionSet, item, slices.Concat(path, []any{i})); ok {
				list[i] = out
			}
		}
		return list, true
	}
	return value, true
}

// refused are fields that the app lacks a scope or Shopify's approval for.
func (e *execution) refused(f *ast.Field, value any) (problem, bool) {
	if d, ok := value.(denial); ok {
		return problem(d), true
	}
	if scope := scopeOf(f); scope != "" && !e.store.granted(scope) {
		p := coded(accessDenied, "Access denied for "+f.Name+" field. Required access: `"+scope+"` access scope.")
		p.Extensions["requiredAccess"] = "`" + scope + "` access scope."
		return p, true
	}
	if e.store.denied[f.Name] {
		return coded(accessDenied, "This app is not approved to access the "+f.Definition.Type.Name()+" object. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details."), true
	}
	return problem{}, false
}

const accessDenied = "ACCESS_DENIED"

func scopeOf(f *ast.Field) string {
	switch f.Name {
	case "orders", "order", "ordersCount", "abandonedCheckouts", "abandonedCheckoutsCount":
		return "read_orders"
	case "customers", "customer", "customersCount":
		return "read_customers"
	case "products", "product", "productsCount":
		return "read_products"
	}
	return ""
}

func (s *Store) granted(scope string) bool {
	for _, have := range s.Scopes {
		if have == scope || have == strings.Replace(scope, "read_", "write_", 1) {
			return true
		}
	}
	return false
}

// price is what a query costs: one point for each object, and for each of as many
// objects as a connection is asked for.
func (e *execution) price(set ast.SelectionSet) float64 {
	var sum float64
	for _, selection := range set {
		switch sel := selection.(type) {
		case *ast.InlineFragment:
			sum += e.price(sel.SelectionSet)
		case *ast.FragmentSpread:
			sum += e.price(sel.Definition.SelectionSet)
		case *ast.Field:
			sum += e.priceOf(sel)
		}
	}
	return sum
}

func (e *execution) priceOf(f *ast.Field) float64 {
	inside := e.price(f.SelectionSet)
	args := f.ArgumentMap(e.variables)
	switch {
	case f.Definition.Type.Name() == "BulkOperationRunQueryPayload":
		return 10
	case strings.HasSuffix(f.Definition.Type.Name(), "Connection"):
		return 2 + inside*float64(max(integer(args["first"]), integer(args["last"])))
	case f.Name == "nodes" && args["ids"] != nil:
		ids, _ := args["ids"].([]any)
		return float64(len(ids)) * (1 + inside)
	case f.Name == "nodes", f.Name == "edges":
		return inside + 1
	case f.Name == "node" && len(args) == 0, f.Name == "pageInfo", len(f.SelectionSet) == 0:
		return inside
	}
	return 1 + inside
}

func integer(v any) int {
	switch n := v.(type) {
	case int64:
		return int(n)
	case float64:
		return int(n)
	case int:
		return n
	}
	return 0
}
