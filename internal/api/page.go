package api

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
)

// Page is a part of a list. NextCursor is null on the last page.
type Page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"What to send as cursor for the next page"`
}

// PageQuery is how a caller asks for a part of a list.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Cursor string `query:"cursor" maxLength:"400" doc:"next_cursor of the page before"`
}

// PageOf makes a page of at most limit items out of one more than limit, so that
// it is known whether there is a next page. key gives the keyset position of an
// item.
func PageOf[T any](items []T, limit int, key func(T) any) Page[T] {
	if items == nil {
		items = []T{}
	}
	if len(items) <= limit {
		return Page[T]{Items: items}
	}
	items = items[:limit]
	next := EncodeCursor(key(items[limit-1]))
	return Page[T]{Items: items, NextCursor: &next}
}

// PartOf is the part that q asks for of a list that is short, and was read whole.
func PartOf[T any](items []T, q PageQuery, id func(T) uuid.UUID) (Page[T], error) {
	var after struct{ Item uuid.UUID }
	if err := DecodeCursor(q.Cursor, &after); err != nil {
		return Page[T]{}, err
	}
	if q.Cursor != "" {
		at := slices.IndexFunc(items, func(item T) bool { return id(item) == after.Item })
		if at < 0 {
			return Page[T]{}, fault.InvalidField("query.cursor", "What this page ended with has gone. Start again without a cursor.")
		}
		items = items[at+1:]
	}
	return PageOf(items, q.Limit, func(item T) any { return struct{ Item uuid.UUID }{id(item)} }), nil
}

// EncodeCursor makes an opaque cursor of a keyset position.
func EncodeCursor(position any) string {
	b, err := json.Marshal(position)
	if err != nil {
		panic(err) // positions are our own plain structs
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor reads a cursor into position; "" leaves it as it is. Its error is
// a fault of the query's cursor. Of what others made only that is a cursor which we
// would have written so: another list's has other fields.
func DecodeCursor(cursor string, position any) error {
	if cursor == "" {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, position)
	}
	if err != nil || holdsNUL(string(b)) || EncodeCursor(position) != cursor {
		return fault.InvalidField("query.cursor", "This is no cursor of ours. Start again without one.")
	}
	return nil
}

// holdsNUL reports whether a text of the JSON has a NUL in it, which no text that
// the database gave us has, and none that it takes.
func holdsNUL(json string) bool {
	return strings.Contains(strings.ReplaceAll(json, `\\`, ""), `\u0000`)
}
