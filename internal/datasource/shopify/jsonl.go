package shopify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

const maxLine = 4 << 20 // of a bulk file

// download streams the file of a bulk operation, which lies on a public host of its
// own: the token is not sent there.
func (s *session) download(ctx context.Context, url string, each func(line []byte) error) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, unreadable(nil)
	}
	resp, err := s.conn.Client.Do(req)
	if err != nil {
		return 0, unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, later("BULK_FILE", 0, nil, "The file of a bulk operation can't be fetched (status %d).", resp.StatusCode)
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
		return lines, unreadable(nil)
	case err != nil:
		return lines, unreachable(err)
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
			return unreadable(nil)
		}
		if head.ParentID == "" {
			var o order
			if json.Unmarshal(raw, &o) != nil || o.ID == "" {
				return unreadable(nil)
			}
			known[o.ID] = true
			return into.order(&o)
		}
		var l line
		if json.Unmarshal(raw, &l) != nil {
			return unreadable(nil)
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
			return unreadable(errors.New("a line without its order"))
		}
		for i := range lines {
			if err := into.line(id, &lines[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
