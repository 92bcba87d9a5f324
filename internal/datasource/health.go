package datasource

import (
	"fmt"
	"time"

	"clientportal/internal/datasource/upstream"
)

// State is how a source is.
type State string

// The states. Each follows from the row alone, and only here.
const (
	UpToDate           State = "up_to_date"
	Syncing            State = "syncing"
	Stale              State = "stale"
	NeedsAuthorisation State = "needs_authorisation"
	NeedsAttention     State = "needs_attention"
	Waiting            State = "waiting"
	Disconnected       State = "disconnected"
	Never              State = "never"
)

// health is how a source is, in the words of each side.
type health struct {
	State  State
	Client string
	Staff  string
}

// lateAfter is when numbers are older than they should be, by how often they are
// read. What is read when somebody asks is never late.
var lateAfter = map[string]time.Duration{"daily": 36 * time.Hour, "hourly": 4 * time.Hour}

func healthOf(l loaded, now time.Time) health {
	switch {
	case l.SourceType == CSV || l.SourceType == Push:
		return fedHealth(l)
	case l.ConnectionStatus != "connected" && l.DisconnectedAt != nil:
		return health{Disconnected, "No longer connected. The numbers up to then stay.", "Disconnected. Its numbers stay; connect it again to go on."}
	case l.ConnectionStatus != "connected":
		return health{NeedsAuthorisation, "Not connected yet.", "Not connected yet. Enter its credentials, or send the client a link to authorise it."}
	case !l.chosen():
		return health{NeedsAttention, "The agency is setting it up.", "Connected. Choose the account that is to be read."}
	case l.FailureKind == string(upstream.Reauthorise):
		return health{NeedsAuthorisation, l.FailureClient, l.FailureStaff}
	case l.FailureKind == string(upstream.Fix) || l.FailureKind == string(upstream.Smaller):
		return health{NeedsAttention, l.FailureClient, l.FailureStaff}
	case l.FailureKind == string(upstream.Retry) && l.RetryAt != nil && l.RetryAt.After(now):
		return health{Waiting, l.FailureClient, l.FailureStaff}
	case l.busy:
		return health{Syncing, "Being read now.", "Being read now."}
	case late(l, now) && l.LastSyncAt == nil:
		return health{Stale, "It has not been read yet, and should have been.", "Connected " + hoursSince(*l.ConnectedAt, now) + " ago, and not read since."}
	case l.LastSyncAt == nil:
		return health{Never, "Not read yet.", "Connected, and not read yet."}
	case late(l, now):
		since := hoursSince(*l.LastSyncAt, now)
		return health{Stale, "Last read " + since + " ago, which is longer than it should take.", "Not read for " + since + ", which is longer than it should take."}
	case l.FailureKind == string(upstream.Degrade):
		return health{UpToDate, l.FailureClient, l.FailureStaff}
	}
	return health{UpToDate, "Up to date.", "Up to date."}
}

// fedHealth is how a source is that nobody reads: numbers are brought to it.
func fedHealth(l loaded) health {
	how := "Nothing has been uploaded yet."
	if l.SourceType == Push {
		how = "Nothing has been sent yet."
	}
	switch {
	case l.ConnectionStatus != "connected" && l.DisconnectedAt != nil:
		return health{Disconnected, "No longer connected. The numbers up to then stay.", "Disconnected. Its numbers stay."}
	case l.LastSyncAt == nil:
		return health{Never, "No numbers yet.", how}
	}
	return health{UpToDate, "Up to date with what was sent.", "Up to date with what was sent."}
}

// late reports whether numbers are older than they should be: since they were read
// last, or since the source was connected, upon which it is read at once. Nothing is
// due of a source for which no account is chosen, nor where numbers are brought to it.
func late(l loaded, now time.Time) bool {
	after, bound := lateAfter[l.SyncFrequency]
	since := l.LastSyncAt
	if since == nil && l.NextSyncAt != nil {
		since = l.ConnectedAt
	}
	return bound && since != nil && now.Sub(*since) > after && l.SourceType != CSV && l.SourceType != Push
}

func hoursSince(t, now time.Time) string { return fmt.Sprintf("%d hours", int(now.Sub(t).Hours())) }

// nextSync is when a source is read next; nil where only people ask.
func nextSync(frequency string, hour int, zone *time.Location, now time.Time) *time.Time {
	switch frequency {
	case "hourly":
		next := now.Add(time.Hour)
		return &next
	case "daily":
		local := now.In(zone)
		next := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, zone)
		if !next.After(now) {
			next = time.Date(local.Year(), local.Month(), local.Day()+1, hour, 0, 0, 0, zone)
		}
		next = next.UTC()
		return &next
	}
	return nil
}
