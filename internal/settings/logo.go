package settings

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	_ "image/gif"  // a logo may be a GIF,
	_ "image/jpeg" // a JPEG,
	"image/png"
	"io"

	"github.com/jackc/pgx/v5"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // or a WebP

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// What a logo may be, and what becomes of it: it stands 24 px high and at most
// 128 px wide, on screens of up to three times that.
const (
	maxLogoBytes  = 2 << 20
	maxLogoSide   = 6000 // pixels
	logoMaxHeight = 72
	logoMaxWidth  = 384
)

// SetLogo takes a picture as the agency's logo. It is drawn anew as a PNG, so that
// nothing of the file but its pixels is ever served; SVG, which can hold script, is
// refused.
func (s *Service) SetLogo(ctx context.Context, file io.Reader) error {
	if err := mayChange(ctx); err != nil {
		return err
	}
	drawn, err := redraw(file)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(drawn)
	return s.storeLogo(ctx, "agency.logo_set", drawn, hex.EncodeToString(sum[:8]))
}

// RemoveLogo gives the agency the portal's own mark again.
func (s *Service) RemoveLogo(ctx context.Context) error {
	if err := mayChange(ctx); err != nil {
		return err
	}
	return s.storeLogo(ctx, "agency.logo_remove", nil, "")
}

func (s *Service) storeLogo(ctx context.Context, action string, drawn []byte, hash string) error {
	defer s.forget()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: action, Subject: audit.Subject{Type: "agency"}, Payload: map[string]any{"bytes": len(drawn)}})
		_, err := tx.Exec(ctx, `update agency set logo = $1, logo_hash = nullif($2, ''), updated_at = $3`, drawn, hash, clock.Now(ctx))
		return err
	})
}

// logo is the PNG of this hash.
func (s *Service) logo(ctx context.Context, hash string) (drawn []byte, err error) {
	ctx = actor.As(ctx, "settings")
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select logo from agency where logo_hash = $1`, hash).Scan(&drawn)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.Missing("picture")
	}
	return drawn, err
}

// redraw decodes a picture and draws it as small as it is shown.
func redraw(file io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(file, maxLogoBytes+1))
	if err != nil {
		return nil, fault.New(fault.Malformed, "The file could not be read whole.")
	}
	if len(raw) > maxLogoBytes {
		return nil, tooLarge()
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(raw)) // before the pixels take memory
	if err != nil {
		return nil, fault.InvalidField("logo", "This is no PNG, JPEG, WebP or GIF. An SVG is not taken: export it as a PNG.")
	}
	if size.Width < 1 || size.Height < 1 || size.Width > maxLogoSide || size.Height > maxLogoSide {
		return nil, fault.InvalidField("logo", "The picture is %d by %d pixels; at most %d each are taken.", size.Width, size.Height, maxLogoSide)
	}
	picture, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fault.InvalidField("logo", "The picture is damaged. Save it again.")
	}
	var out bytes.Buffer
	if err := png.Encode(&out, shrunk(picture)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// shrunk fits the picture into the logo's box; it is never enlarged.
func shrunk(picture image.Image) image.Image {
	b := picture.Bounds()
	scale := min(1, float64(logoMaxHeight)/float64(b.Dy()), float64(logoMaxWidth)/float64(b.Dx()))
	small := image.NewNRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
	draw.CatmullRom.Scale(small, small.Bounds(), picture, b, draw.Src, nil)
	return small
}

func tooLarge() error {
	return fault.InvalidField("logo", "The picture has more than 2 MB. Save it smaller: 400 pixels wide is plenty.")
}
