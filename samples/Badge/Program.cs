using SkiaSharp;

var text = args.ElementAtOrDefault(0) ?? "it runs";
var path = args.ElementAtOrDefault(1) ?? "badge.png";

using var typeface = SKTypeface.FromFamilyName("DejaVu Sans");
using var font = new SKFont(typeface, size: 48);
using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
var width = (int)Math.Ceiling(font.MeasureText(text));

using var surface = SKSurface.Create(new SKImageInfo(width + 40, 88));
surface.Canvas.Clear(SKColors.White);
surface.Canvas.DrawText(text, 20, 60, font, paint);

using var image = surface.Snapshot();
using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
using var file = File.Create(path);
png.SaveTo(file);
Console.WriteLine($"{path}: {image.Width}x{image.Height}, {typeface.FamilyName}");
