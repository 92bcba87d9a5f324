package settings

import (
	"context"
	"encoding/hex"
	"image/color"
	"strings"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/pdf"
	"clientportal/internal/web"
)

// Paper is the agency's part of every document, in its colour as it reads on white.
func (s *Service) Paper(ctx context.Context) (head pdf.Letterhead, err error) {
	ctx = actor.As(ctx, "settings")
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		var accent string
		row := tx.QueryRow(ctx, `select name, accent, legal_line, logo from agency`)
		if err := row.Scan(&head.Name, &accent, &head.Legal, &head.Logo); err != nil {
			return err
		}
		head.Accent = colour(web.AccentOf(accent).Light)
		return nil
	})
	return head, err
}

// colour is that of #rrggbb.
func colour(text string) color.Color {
	parts, err := hex.DecodeString(strings.TrimPrefix(text, "#"))
	if err != nil || len(parts) != 3 {
		return color.Black
	}
	return color.RGBA{parts[0], parts[1], parts[2], 0xff}
}
