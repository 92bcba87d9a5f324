package trail

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"clientportal/internal/web"
)

// maxShown is how much of a value is shown, in characters. The export has all.
const maxShown = 400

// changesOf tells a payload field by field. Features write what changed in one of
// these forms, and all else as plain fields:
//
//	{"before": {"status": …}, "after": {"status": …}}
//	{"status": {"before": …, "after": …}}
//	{"progress_before": …, "progress_after": …}
//	{"before": …, "after": …}
func changesOf(payload any) (changes []web.Fact) {
	fields, ok := payload.(map[string]any)
	if !ok {
		if payload != nil {
			changes = append(changes, web.Fact{Term: "Recorded", Text: shown(payload)})
		}
		return changes
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := fields[name]
		switch {
		case name == "after" || strings.HasSuffix(name, "_after"):
			before, after := fields[strings.TrimSuffix(name, "after")+"before"], value
			changes = append(changes, between(strings.TrimSuffix(name, "_after"), before, after)...)
		case name == "before" || strings.HasSuffix(name, "_before"):
			if _, paired := fields[strings.TrimSuffix(name, "before")+"after"]; !paired {
				changes = append(changes, between(strings.TrimSuffix(name, "_before"), value, nil)...)
			}
		default:
			changes = append(changes, field(name, value)...)
		}
	}
	return changes
}

// field tells one field, which may hold its own before and after.
func field(name string, value any) []web.Fact {
	if pair, ok := value.(map[string]any); ok && len(pair) == 2 {
		before, hasBefore := pair["before"]
		after, hasAfter := pair["after"]
		if hasBefore && hasAfter {
			return between(name, before, after)
		}
	}
	if missing(value) {
		return nil
	}
	return []web.Fact{{Term: label(name), Text: shown(value)}}
}

// between tells a change. Whole states, before and after, are told field by field,
// as far as they differ.
func between(name string, before, after any) (changes []web.Fact) {
	was, isObject := before.(map[string]any)
	is, areObjects := after.(map[string]any)
	if !isObject && !areObjects {
		was, is = map[string]any{name: before}, map[string]any{name: after}
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(names)
	for _, inner := range slices.Compact(names) {
		if differ(was[inner], is[inner]) {
			changes = append(changes, web.Fact{Term: label(inner), Text: fromTo(was[inner], is[inner])})
		}
	}
	return changes
}

func fromTo(before, after any) string {
	switch {
	case missing(before):
		return "now " + quoted(after)
	case missing(after):
		return "removed, was " + quoted(before)
	}
	return "from " + quoted(before) + " to " + quoted(after)
}

// quoted is a value within a sentence: a text of several words has quotes.
func quoted(value any) string {
	words := shown(value)
	if s, ok := value.(string); ok && strings.ContainsAny(s, " \n") {
		return "“" + words + "”"
	}
	return words
}

func differ(before, after any) bool {
	return (!missing(before) || !missing(after)) && !reflect.DeepEqual(before, after)
}

func missing(value any) bool { return value == nil || value == "" }

// label is a field's name as words: "due_date" is "Due date".
func label(name string) string {
	if name == "after" || name == "before" {
		return "Status"
	}
	words := strings.TrimSuffix(spaced(name), " id")
	first, size := utf8.DecodeRuneInString(words)
	return strings.ToUpper(string(first)) + words[size:]
}

// shown is a value as people read it.
func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case string:
		if isName(v) {
			return spaced(v)
		}
		return cut(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case json.Number:
		return v.String()
	case []any:
		words := make([]string, len(v))
		for i, item := range v {
			words[i] = shown(item)
		}
		return cut(strings.Join(words, ", "))
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return "" // it was decoded from JSON
	}
	return cut(string(raw))
}

// isName reports whether a value is a name of ours, such as "waiting_for_client".
func isName(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') }) < 0
}

func cut(s string) string {
	if n := utf8.RuneCountInString(s); n > maxShown {
		return string([]rune(s)[:maxShown]) + fmt.Sprintf("… and %d more characters", n-maxShown)
	}
	return s
}
