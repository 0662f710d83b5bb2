namespace HelloWeb.Greetings;

/// <summary>The greeting of a guest.</summary>
/// <param name="Text">The greeting.</param>
/// <param name="Remark">A sentence after it.</param>
public sealed record Greeting(string Text, string Remark);
