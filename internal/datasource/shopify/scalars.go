package shopify

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
)

var errScalar = errors.New("a value is not what the schema says")

// amount is a Decimal of the API, which is a text.
type amount struct{ decimal.Decimal }

func (a *amount) UnmarshalJSON(raw []byte) error {
	d, err := upstream.Number(string(bytes.Trim(raw, `"`)))
	a.Decimal = d
	return err
}

// whole is an UnsignedInt64 of the API, which is a text, or an Int.
type whole int64

func (w *whole) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(raw, `"`)), 10, 64)
	if err != nil || n < 0 {
		return errScalar
	}
	*w = whole(n)
	return nil
}

// money is in the shop's own currency; the buyer's (presentmentMoney) is never asked for.
type money struct {
	ShopMoney struct {
		Amount   amount `json:"amount"`
		Currency string `json:"currencyCode"`
	} `json:"shopMoney"`
}

// dayOf is the civil day of an instant in a zone.
func dayOf(t time.Time, zone *time.Location) upstream.Day {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// startOf is the instant at which a civil day begins in a zone.
func startOf(day upstream.Day, zone *time.Location) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// plain is a text of the shop without what can't be stored or shown in one line.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if letters := []rune(text); len(letters) > 200 {
		text = string(letters[:200])
	}
	return strings.TrimSpace(text)
}

// connection is a list that comes in pages.
type connection[T any] struct {
	PageInfo struct {
		HasNextPage bool   `json:"hasNextPage"`
		EndCursor   string `json:"endCursor"`
	} `json:"pageInfo"`
	Nodes []T `json:"nodes"`
}

// next is the cursor of the next page, "" after the last. A cursor that comes again
// would never end.
func (c *connection[T]) next(after string) (string, error) {
	if !c.PageInfo.HasNextPage {
		return "", nil
	}
	if c.PageInfo.EndCursor == "" || c.PageInfo.EndCursor == after {
		return "", unreadable("a page leads to itself")
	}
	return c.PageInfo.EndCursor, nil
}
