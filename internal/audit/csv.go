package audit

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"
)

var csvHeader = []string{
	"time", "action", "outcome", "actor_kind", "actor_id", "actor_name", "on_behalf_of", "customer_id",
	"subject_type", "subject_id", "address", "request_id", "payload", "event_id",
}

// WriteCSV writes all events of the filter, newest first, as they come from the database.
func WriteCSV(ctx context.Context, q Querier, w io.Writer, f Filter) error {
	rows, err := query(ctx, q, f, Cursor{}, 0)
	if err != nil {
		return err
	}
	defer rows.Close()
	out := csv.NewWriter(w)
	if err := out.Write(csvHeader); err != nil {
		return fmt.Errorf("audit: csv: %w", err)
	}
	for rows.Next() {
		e, err := scanEntry(pgx.CollectableRow(rows))
		if err != nil {
			return fmt.Errorf("audit: csv: %w", err)
		}
		if err := out.Write(e.record()); err != nil {
			return fmt.Errorf("audit: csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("audit: csv: %w", err)
	}
	return rows.Err()
}

func (e Entry) record() []string {
	payload, _ := e.Payload.(json.RawMessage)
	record := []string{
		timeText(e.OccurredAt), e.Action, string(e.Outcome), e.Actor.Kind, idText(e.Actor.ID), e.Actor.Name,
		idText(e.Actor.OnBehalfOf), idText(e.CustomerID), e.Subject.Type, idText(e.Subject.ID),
		e.Address, e.RequestID, string(payload), e.ID.String(),
	}
	for i, cell := range record {
		record[i] = plainCell(cell)
	}
	return record
}

// plainCell keeps a spreadsheet from taking text for a formula.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
