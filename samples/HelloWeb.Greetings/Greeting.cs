namespace HelloWeb.Greetings;

/// <summary>What is said to a guest.</summary>
/// <param name="Text">The greeting.</param>
/// <param name="Remark">A sentence after it.</param>
public sealed record Greeting(string Text, string Remark);
