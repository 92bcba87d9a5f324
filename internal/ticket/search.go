package ticket

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"clientportal/internal/db"
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

var namesTickets = regexp.MustCompile(`\bt\.`)

// pick is the statement that finds the ids of a page, of the tables ct and t only
// those that the conditions and the order name. Row-level security checks each table,
// and makes the planner believe that a join of two has next to no rows; then it reads
// and sorts all of them in place of following the order's index to the page's end.
func (s *search) pick(by order, limit int) string {
	id, from := "ct.id", "client_tickets ct join tickets t on t.id = ct.ticket_id"
	switch named := s.conditions() + by.clause(); {
	case !strings.Contains(named, "ct."):
		id, from = "t.id", "tickets t" // a ticket's two rows have one id
	case !namesTickets.MatchString(named):
		from = "client_tickets ct"
	}
	return "select " + id + " from " + from + s.conditions() + by.clause() + " limit " + s.arg(limit)
}

// commonFrom is how many texts a search for common words meets.
const commonFrom = 5_000

// ownCustomers are those of the reader, as row-level security has them.
const ownCustomers = "array(select id from customers)"

// find looks for words in titles, descriptions and the comments that the reader sees,
// and for a number. Where rare words are looked for, all that match are gathered; common
// words are met soon enough in the order of the list.
func (s *search) find(ctx context.Context, tx *db.Tx, query string) error {
	common, err := areCommon(ctx, tx, query)
	if err != nil {
		return err
	}
	if !common {
		s.gather(query)
		return nil
	}
	words := s.words(query)
	s.and(`(ct.search @@ ` + words + ` or ct.number = ` + s.number(query) + `
		or exists (select from ticket_comments c where c.client_ticket_id = ct.id and c.search @@ ` + words + `))`)
	return nil
}

// areCommon reports whether the words stand in very many texts.
func areCommon(ctx context.Context, tx *db.Tx, query string) (common bool, err error) {
	if strings.TrimSpace(query) == "" {
		return false, nil
	}
	var met search
	words, most := met.words(query), met.arg(commonFrom)
	err = tx.QueryRow(ctx, `select count(*) >= `+most+` from (
		select search_tickets(`+ownCustomers+`, `+words+`, `+most+`) union all select search_comments(`+ownCustomers+`, `+words+`, `+most+`)) met`, met.args...).Scan(&common)
	return common, err
}

// gather picks the tickets that a search meets: all of them, unless its words are common.
func (s *search) gather(query string) {
	if strings.TrimSpace(query) == "" {
		return
	}
	words, most := s.words(query), s.arg(commonFrom)
	s.and(`ct.id in (
		select m.id from client_tickets m where m.id in (select search_tickets(` + ownCustomers + `, ` + words + `, ` + most + `)) and m.search @@ ` + words + `
		union select c.client_ticket_id from ticket_comments c where c.id in (select search_comments(` + ownCustomers + `, ` + words + `, ` + most + `)) and c.search @@ ` + words + `
		union select n.id from tickets n where n.number = ` + s.number(query) + `)`)
}

// words is what a person typed as a tsquery, made once for a statement.
func (s *search) words(typed string) string {
	return `(select to_tsquery('simple', ` + s.arg(tsquery(typed)) + `))`
}

func (s *search) number(typed string) string {
	return s.arg(strings.ToUpper(strings.TrimSpace(typed)))
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
		return "" // which matches nothing
	}
	return strings.Join(words, " & ") + ":*"
}
