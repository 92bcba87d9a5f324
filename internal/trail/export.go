package trail

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
)

// exportBatch is how many events an export reads at a time. It holds no connection
// while it writes, so that a slow reader keeps nobody from theirs.
const exportBatch = 1000

// Export writes as CSV all events of the filter that the actor may read, newest
// first. It is itself an event, and the first that is written.
func (s *Service) Export(ctx context.Context, w io.Writer, f audit.Filter) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := admit(ctx, tx, &f); err != nil {
			return err
		}
		tx.Record(event("audit.export", f))
		return nil
	})
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	header := columns
	for after := (audit.Cursor{}); ; {
		var entries []Entry
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			entries, err = visible(ctx, tx, f, after, exportBatch)
			return err
		})
		if err != nil {
			return err
		}
		if err := writeRows(out, header, entries); err != nil {
			return err
		}
		if len(entries) < exportBatch {
			return nil
		}
		after, header = entries[exportBatch-1].cursor(), nil
	}
}

var columns = []string{
	"time", "summary", "action", "outcome", "actor_kind", "actor_id", "actor", "on_behalf_of", "customer_id", "customer",
	"subject_type", "subject_id", "subject", "address", "request_id", "payload", "id",
}

func writeRows(out *csv.Writer, header []string, entries []Entry) error {
	if header != nil {
		if err := out.Write(header); err != nil {
			return err
		}
	}
	for _, e := range entries {
		row, err := e.row()
		if err != nil {
			return err
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (e Entry) row() ([]string, error) {
	var payload []byte
	if e.Payload != nil {
		var err error
		if payload, err = json.Marshal(e.Payload); err != nil {
			return nil, err
		}
	}
	subject, behalf := cmp.Or(e.Subject, &Subject{}), cmp.Or(e.Actor.OnBehalfOf, &Person{})
	row := []string{
		e.OccurredAt.Format(time.RFC3339Nano), e.Summary, e.Action, string(e.Outcome), e.Actor.Kind, text(e.Actor.ID), e.Actor.Name,
		behalf.Name, text(e.CustomerID), value(e.Customer), subject.Type, text(subject.ID), subject.Name,
		value(e.Address), value(e.RequestID), string(payload), e.ID.String(),
	}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row, nil
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func text(id *uuid.UUID) string {
	if id == nil {
		return ""
	}
	return id.String()
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// download answers with an export. Until its first byte an error has its own
// answer; after that the connection is cut, so that no part passes for the whole.
func (s *Service) download(w http.ResponseWriter, r *http.Request, f audit.Filter) error {
	file := &attachment{ResponseWriter: w, name: "audit-trail-" + clock.Now(r.Context()).Format(time.DateOnly) + ".csv"}
	err := s.Export(r.Context(), file, f)
	if err != nil && file.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// attachment is a file to be saved; its first byte sends its header.
type attachment struct {
	http.ResponseWriter
	name  string
	begun bool
}

func (a *attachment) Write(b []byte) (int, error) {
	if !a.begun {
		a.begun = true
		h := a.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="`+a.name+`"`)
		h.Set("Cache-Control", "no-store")
	}
	return a.ResponseWriter.Write(b)
}
