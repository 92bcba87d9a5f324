package ticket

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

// maxQuery is the longest search, in characters.
const maxQuery = 200

// search is the moving part of a list's statement: its conditions, its order and
// where in that order to go on.
type search struct {
	where []string
	args  []any
}

// arg adds a value and gives its placeholder.
func (s *search) arg(value any) string {
	s.args = append(s.args, value)
	return "$" + strconv.Itoa(len(s.args))
}

// and adds a condition, in which each ? is one of the values.
func (s *search) and(condition string, values ...any) {
	for _, v := range values {
		condition = strings.Replace(condition, "?", s.arg(v), 1)
	}
	s.where = append(s.where, condition)
}

func (s *search) conditions() string {
	if len(s.where) == 0 {
		return ""
	}
	return " where " + strings.Join(s.where, " and ")
}

// text looks for words in titles, descriptions and comments, and for a number.
// Row-level security is checked before @@, which is not leakproof: so a company's
// own rows are picked by index first, which is what customer is for.
func (s *search) text(query string, customer *uuid.UUID) {
	words := tsquery(query)
	if words == "" {
		s.and("false")
		return
	}
	own := func(table string) string {
		if customer == nil {
			return ""
		}
		return " and " + table + ".customer_id = " + s.arg(*customer)
	}
	comments := ""
	if customer != nil {
		comments = " and not c.internal"
	}
	s.and(`ct.id in (select m.id from client_tickets m where m.search @@ to_tsquery('simple', ?)`+own("m")+`
		union select c.client_ticket_id from ticket_comments c where c.search @@ to_tsquery('simple', ?)`+own("c")+comments+`
		union select n.id from tickets n where n.number = ?`+own("n")+`)`,
		words, words, strings.ToUpper(strings.TrimSpace(query)))
}

// tsquery makes a query of what a person typed: all words, the last one as the
// beginning of a word. Every word is quoted, so that none is read as an operator;
// the database splits it as it split the texts.
func tsquery(query string) string {
	var words []string
	for _, word := range strings.Fields(query) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			word = strings.ReplaceAll(strings.ReplaceAll(word, `\`, `\\`), `'`, `''`)
			words = append(words, `'`+word+`'`)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, " & ") + ":*"
}
