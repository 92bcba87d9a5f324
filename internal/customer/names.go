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

// freeSlug is slug, or the first of slug-2, slug-3, … that is not taken.
func freeSlug(slug string, taken map[string]bool) string {
	free := slug
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", slug, n)
	}
	return free
}

// freePrefix is prefix, or the first of DG2, DG3, … that is not taken.
func freePrefix(prefix string, taken map[string]bool) string {
	free := prefix
	for n := 2; taken[free]; n++ {
		number := fmt.Sprint(n)
		free = prefix[:min(len(prefix), maxPrefix-len(number))] + number
	}
	return free
}
