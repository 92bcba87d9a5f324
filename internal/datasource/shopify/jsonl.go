package shopify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"clientportal/internal/datasource/upstream"
)

const maxLine = 4 << 20 // of a bulk file

// download streams the file of a bulk operation, which lies on a public host of its
// own: the token is not sent there.
func (s *session) download(ctx context.Context, url string, each func(line []byte) error) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, unreadable("a file has no address")
	}
	resp, err := s.conn.Client.Do(req)
	if err != nil {
		return 0, upstream.Unreachable(system, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, later("BULK_FILE", 0, "The file of a bulk operation can't be fetched (status %d).", resp.StatusCode)
	}
	var lines int64
	scanner := bufio.NewScanner(resp.Body)
	scanner.Buffer(make([]byte, 64<<10), maxLine)
	for scanner.Scan() {
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		if err := each(scanner.Bytes()); err != nil {
			return lines, err
		}
		lines++
	}
	switch err := scanner.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return lines, unreadable("a line of a file is too long")
	case errors.Is(err, upstream.ErrTooLarge):
		return lines, smaller("BULK_TOO_LARGE", "The file of a bulk operation is too large.")
	case err != nil:
		return lines, upstream.Unreachable(system, err)
	}
	return lines, nil
}

// bulkOrders reads orders and their lines from a file. A line belongs to the order
// that its __parentId names, wherever in the file that one stands.
func (s *session) bulkOrders(ctx context.Context, query string, into reader) error {
	known := map[string]bool{}
	early := map[string][]line{} // lines that came before their order
	err := s.bulk(ctx, query, func(raw []byte) error {
		var head struct {
			ParentID string `json:"__parentId"`
		}
		if json.Unmarshal(raw, &head) != nil {
			return unreadable("a line of a file is broken")
		}
		if head.ParentID == "" {
			var o order
			if json.Unmarshal(raw, &o) != nil || o.ID == "" || known[o.ID] {
				return unreadable("a line of a file is broken, or comes twice")
			}
			known[o.ID] = true
			return into.order(&o)
		}
		var l line
		if json.Unmarshal(raw, &l) != nil {
			return unreadable("a line of a file is broken")
		}
		if known[l.ParentID] {
			return into.line(l.ParentID, &l)
		}
		early[l.ParentID] = append(early[l.ParentID], l)
		return nil
	})
	if err != nil {
		return err
	}
	for id, lines := range early {
		if !known[id] {
			return unreadable("a line has no order")
		}
		for i := range lines {
			if err := into.line(id, &lines[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
