package customer

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

const (
	maxSlug     = 60
	maxPrefix   = 6 // as the table has it
	longInitial = 4 // of the initials, so that there is room for a number
)

// words are the parts of a name in plain small letters and digits: "Café 21"
// gives cafe and 21.
func words(name string) []string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		plain = name
	}
	return strings.FieldsFunc(strings.ToLower(plain), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

// slugOf makes dapper-goods of Dapper Goods.
func slugOf(name string) string {
	slug := strings.Join(words(name), "-")
	if slug == "" {
		return "customer"
	}
	return strings.TrimRight(slug[:min(len(slug), maxSlug-4)], "-")
}

// prefixOf makes DG of Dapper Goods and BO of Boltline.
func prefixOf(name string) string {
	parts := words(name)
	switch len(parts) {
	case 0:
		return "C"
	case 1:
		return strings.ToUpper(parts[0][:min(len(parts[0]), 2)])
	}
	var initials strings.Builder
	for _, part := range parts[:min(len(parts), longInitial)] {
		initials.WriteString(strings.ToUpper(part[:1]))
	}
	return initials.String()
}

// names gives each that asks one that nobody has: the one that is asked for, or the
// first of its numbered namesakes.
type names struct {
	taken  map[string]bool
	number func(name string, n int) string
	next   map[string]int // by the name that is asked for
}

func (n names) free(name string) string {
	free, number := name, max(n.next[name], 2)
	for ; n.taken[free]; number++ {
		free = n.number(name, number)
	}
	n.taken[free], n.next[name] = true, number
	return free
}

// newSlugs makes slug-2, slug-3, … of slug.
func newSlugs() names {
	return names{map[string]bool{}, func(slug string, n int) string { return fmt.Sprintf("%s-%d", slug, n) }, map[string]int{}}
}

// newPrefixes makes DG2, DG3, … of DG.
func newPrefixes() names {
	return names{map[string]bool{}, func(prefix string, n int) string {
		number := fmt.Sprint(n)
		return prefix[:min(len(prefix), maxPrefix-len(number))] + number
	}, map[string]int{}}
}
