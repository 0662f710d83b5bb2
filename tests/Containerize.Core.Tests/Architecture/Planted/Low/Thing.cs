namespace Containerize.Core.Tests.Architecture.Planted.Low;

/// <summary>Is used.</summary>
internal sealed record Thing;
