package canvas_test

import (
	"bytes"
	"image/color"
	"image/png"
	"math"
	"testing"

	"clientportal/internal/canvas"
)

var (
	black = color.RGBA{0, 0, 0, 0xff}
	red   = color.RGBA{0xff, 0, 0, 0xff}
)

func TestAPictureShowsWhatIsDrawn(t *testing.T) {
	t.Parallel()
	p := canvas.NewPicture(100, 50, 2)
	p.Fill(canvas.Rect(10, 10, 20, 20), red)
	p.Stroke([]canvas.Point{{X: 40, Y: 25}, {X: 60, Y: 25}, {X: 60, Y: 45}}, canvas.Stroke{Color: black, Width: 4})
	p.Stroke([]canvas.Point{{X: 70, Y: 25}, {X: 100, Y: 25}}, canvas.Stroke{Color: black, Width: 4, Dash: 10})
	p.Text(98, 12, "Ωdé", canvas.Style{Size: 12, Color: black, Align: canvas.Right})
	var out bytes.Buffer
	if err := p.WritePNG(&out); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(&out)
	if err != nil || picture.Bounds().Dx() != 200 || picture.Bounds().Dy() != 100 {
		t.Fatalf("a picture of %v (%v)", picture.Bounds(), err)
	}
	for place, want := range map[[2]int]color.Color{
		{40, 40}: red, {5, 5}: color.White, {100, 50}: black, {120, 49}: black, {121, 80}: black, {110, 60}: color.White,
		{150, 50}: black, {170, 50}: color.White, {190, 50}: black,
	} {
		if got := color.RGBAModel.Convert(picture.At(place[0], place[1])); got != color.RGBAModel.Convert(want) {
			t.Errorf("at %v is %v, want %v", place, got, want)
		}
	}
	dark := 0
	for x := 140; x < 200; x++ {
		for y := range 30 {
			if color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y < 100 {
				dark++
			}
		}
	}
	if dark < 40 {
		t.Errorf("the text has %d dark pixels", dark)
	}
}

func TestDashes(t *testing.T) {
	t.Parallel()
	parts := canvas.Dashes([]canvas.Point{{X: 0}, {X: 15}, {X: 15, Y: 15}}, 10)
	length := 0.0
	for _, part := range parts {
		for i := 1; i < len(part); i++ {
			length += math.Hypot(part[i].X-part[i-1].X, part[i].Y-part[i-1].Y)
		}
	}
	if len(parts) != 2 || length != 20 {
		t.Errorf("%d dashes of %v, want 2 of 20: %v", len(parts), length, parts)
	}
}

func TestFitCutsWhatIsTooWide(t *testing.T) {
	t.Parallel()
	p := canvas.NewPicture(1, 1, 1)
	s := canvas.Style{Size: 12}
	if got := canvas.Fit(p, "short", s, 100); got != "short" {
		t.Errorf("%q", got)
	}
	if got := canvas.Fit(p, "a rather long name of a campaign", s, 60); p.TextWidth(got, s) > 60 || len(got) < 6 {
		t.Errorf("%q is %v wide", got, p.TextWidth(got, s))
	}
}
