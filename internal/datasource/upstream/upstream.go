// Package upstream is what a connector to another system implements, and what all
// connectors share: windows of days, facts, failures, and calls that are guarded.
package upstream

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/metric"
)

// Source is a kind of system that numbers come from. It holds no state of a
// connection: that comes with each call. Its errors are Failures.
type Source interface {
	Type() string  // as source_type: "ga4"
	Label() string // "Google Analytics 4"
	Metrics() []metric.Metric

	// Connections are the ways to connect; the first is the usual one.
	Connections() []Connection

	// Check looks at credentials and settings for what can be seen without calling
	// anybody. Its error is a fault with fields such as "credentials.access_token".
	Check(connectionType string, credentials, settings json.RawMessage) error

	// Test says exactly what is missing (scope, property, role), or nothing.
	Test(ctx context.Context, c *Conn) ([]Finding, error)

	// Accounts are what the credentials can see: properties, ad accounts, the shop.
	Accounts(ctx context.Context, c *Conn) ([]Account, error)

	// Limits say how far back the source goes and how many last days it still changes.
	Limits() Limits

	// Read reads every report for the days of the window. What it does not report for
	// a day of the window is not there any more. On an error nothing of it is kept.
	Read(ctx context.Context, c *Conn, w Window, out Sink) error

	// Ranges reads what can't be added up over days (people), for the whole range.
	// A source that has no such metrics returns none.
	Ranges(ctx context.Context, c *Conn, w Window) ([]Fact, error)
}

// Changer is a Source that can tell which days have changed since a cursor, so that
// only those are read again. With an empty cursor it starts at now.
type Changer interface {
	Changed(ctx context.Context, c *Conn, cursor string) (days []Day, next string, err error)
}

// Renewer is a Source with tokens that are exchanged for new ones. Renew is called
// under a lock of the connection; what it returns is stored before it is used.
type Renewer interface {
	// Expires is when the credentials end, zero if they don't or it isn't known.
	Expires(credentials json.RawMessage) time.Time
	Renew(ctx context.Context, c *Conn) (credentials json.RawMessage, err error)
}

// Authorizer is a Source that a person can authorise in a browser, by OAuth.
type Authorizer interface {
	AuthorizeURL(app App, settings json.RawMessage, state, redirect string) (string, error)
	Exchange(ctx context.Context, c *Conn, app App, code, redirect string) (credentials json.RawMessage, err error)
}

// SignedCallback is an Authorizer whose system signs the address to which it sends a
// browser back: its query is to be verified before the code in it is exchanged.
type SignedCallback interface {
	VerifyCallback(app App, settings json.RawMessage, query url.Values, now time.Time) error
}

// Attributor is a Source that credits ads or channels with what people do, and says
// by which rule, in words for the reader of a number. windows are its settings'
// attribution_windows as they were given, null where they were not.
type Attributor interface {
	Attribution(windows json.RawMessage) string
}

// App is the agency's own registration with a system, for OAuth.
type App struct{ ClientID, ClientSecret string }

// Connection is a way to connect, with the fields that it takes.
type Connection struct {
	Type        string // as connection_type: "service_account"
	Label       string
	Credentials []Field
	Settings    []Field
	Granted     []string // credentials that a system grants and nobody types in; taken where somebody has them already
}

// Field is an input of credentials or settings.
type Field struct {
	Name     string // in JSON
	Label    string
	Hint     string
	Secret   bool // never shown again
	Long     bool // several lines: a key file
	Optional bool
}

// Conn is one connection at work. Credentials are plain here and nowhere else:
// nothing that holds them is logged.
type Conn struct {
	SourceID       uuid.UUID
	ConnectionType string
	Credentials    json.RawMessage
	Settings       json.RawMessage
	Client         *http.Client // guarded: see NewClient
	Now            func() time.Time

	// Note tells of what is worth keeping with the run: quota left, a version that
	// fell forward, a gap in history.
	Note func(key string, value any)

	// Memo is the connector's own: what it found out and needs again for the next
	// window of the same work. It is never stored.
	Memo any
}

// Limits of a source.
type Limits struct {
	RestatedDays int // how many last days are read again at each sync
	MonthsBack   int // how far back it can be asked; 0 for no limit
	WindowDays   int // how many days are read at once in a backfill
	WeeklyDays   int // how many last days are read again once a week: what grows for longer, such as cohorts
}

// Window is days from From up to, and without, Until, in the source's own zone.
type Window struct{ From, Until Day }

// Day is a civil day, at midnight UTC. Which zone's day it is stands beside it.
type Day = time.Time

// Fact is one number of one day (or, of Ranges, of the whole range).
type Fact struct {
	Report     string            // which report of the source: days are replaced report by report
	Day        Day               // zero in a range
	Metric     string            // "ga4.sessions"
	Dimensions map[string]string // by the names in metric.Metric.Dimensions; nil for a total
	Value      decimal.Decimal
	Currency   string // ISO 4217, of money
	Zone       string // IANA, whose days these are
	Flags      Flags
}

// Flags say what is not exact about a number.
type Flags uint8

// The flags.
const (
	Provisional Flags = 1 << iota // the source may still change it
	Thresholded                   // the source withheld small groups
	Sampled                       // computed from a part of the data
	OtherRow                      // small groups were put together as "(other)"
	Incomplete                    // a part is missing, as the run's notes say
)

// Sink takes facts as they come.
type Sink interface {
	Put(Fact) error
}

// Account is something that credentials can see and a source can be set to.
type Account struct {
	ID, Name string
	Currency string // "" where there is none
	Zone     string
	Settings json.RawMessage // what the source's settings become when it is chosen
}

// Finding is one thing that a test found: what is missing and how to put it right.
type Finding struct {
	OK      bool   `json:"ok"`
	Name    string `json:"name"`    // "Scope analytics.readonly"
	Message string `json:"message"` // for staff
}
