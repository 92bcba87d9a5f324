package shopifysim

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// term is one condition of a search: all must hold.
type term struct{ field, op, value string }

var (
	terms   = regexp.MustCompile(`^([a-z_]+):(>=|<=|>|<)?(?:'([^']*)'|"([^"]*)"|([^\s'"]+))\s*`)
	joining = regexp.MustCompile(`^AND\s+`)
)

func parseSearch(query string) ([]term, error) {
	var list []term
	for rest := strings.TrimSpace(query); rest != ""; {
		rest = joining.ReplaceAllString(rest, "")
		m := terms.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("the search %q is not understood", query)
		}
		list = append(list, term{m[1], m[2], m[3] + m[4] + m[5]})
		rest = rest[len(m[0]):]
	}
	return list, nil
}

// filter compares an object's fields, which are times or texts, with a search.
func (s *Store) filter(args map[string]any, fields func(name string) any) (func() (bool, error), error) {
	query, _ := args["query"].(string)
	list, err := parseSearch(query)
	return func() (bool, error) {
		for _, t := range list {
			ok, err := s.holds(t, fields(t.field))
			if !ok || err != nil {
				return false, err
			}
		}
		return true, nil
	}, err
}

func (s *Store) holds(t term, value any) (bool, error) {
	switch v := value.(type) {
	case time.Time:
		bound, err := s.searchTime(t.value)
		if err != nil {
			return false, err
		}
		switch t.op {
		case ">=":
			return !v.Before(bound), nil
		case ">":
			return v.After(bound), nil
		case "<=":
			return !v.After(bound), nil
		case "<":
			return v.Before(bound), nil
		}
		return sameDay(v, bound), nil
	case string:
		return strings.EqualFold(v, t.value), nil
	}
	return false, fmt.Errorf("there is no search by %s", t.field)
}

// searchTime reads a time, or a day of the shop.
func (s *Store) searchTime(text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.ParseInLocation(time.DateOnly, text, s.zone)
}
