using System.Reflection;
using Containerize.Attestations.Choices;
using Containerize.Attestations.Keyless;
using Containerize.Diagnostics;
using Containerize.Projects;

namespace Containerize.Core.Tests.Attestations.Choices;

/// <summary>Options about signatures: each belongs to a way, and beside another one it is an error.</summary>
public sealed class SignerTableTests
{
    private const string Value = "true";

    public static TheoryData<string, bool, string> Options()
    {
        var rows = new TheoryData<string, bool, string>();
        foreach (var (name, table) in Tables)
        {
            foreach (var option in table.Options)
            {
                if (option.Option.Length > 0)
                    rows.Add(name, false, option.Option);
                if (option.Property.Length > 0)
                    rows.Add(name, true, option.Property);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_stands_with_its_ways_and_with_no_other(string tableName, bool inProject, string name)
    {
        var table = Tables[tableName];
        var option = table.Options.Single(each => each.Name(inProject) == name);
        var fits = false;
        foreach (var way in Ways(table, inProject))
        {
            var values = new Dictionary<string, string>(way.Values) { [name] = Value };
            foreach (var (other, value) in way.Values)
                values[other] = value;
            // A policy may be demanded beside a key.
            var isFree =
                option.Chooses is not null
                && (option.Option == "--notation-policy") != (way.Way.Option == "--notation-policy");
            if (isFree && option.Option == "--certificate-identity")
                continue;
            if (isFree || option.Ways.Contains(way.Way))
            {
                table.Check(Reader(values), inProject);
                fits = true;
            }
            else
            {
                var error = Fails(DiagnosticTable.SignerOptionsMisfit, table, values, inProject, name);
                // What it goes with stands there, too, or what is chosen beside it.
                Assert.Contains(
                    option.Ways.Append(way.Way).Select(each => inProject ? each.Property : each.Option),
                    words => words.Length > 0 && words != name && error.Contains(words, StringComparison.Ordinal)
                );
                Assert.Matches("(Leave|Write) ", error);
            }
        }

        Assert.True(fits, $"{name} fits nowhere");
        if (option.Chooses is null && !(inProject && option.IsOfHow))
            Fails(
                DiagnosticTable.SignerOptionsMisfit,
                table,
                new Dictionary<string, string> { [name] = Value },
                inProject,
                name
            );
    }

    [Theory]
    [InlineData("--certificate-oidc-issuer", "--trusted-root")]
    [InlineData("--trusted-root", "--certificate-oidc-issuer")]
    public void An_identity_is_named_whole(string given, string missing)
    {
        var values = new Dictionary<string, string> { ["--certificate-identity"] = "a", [given] = "b" };
        Fails(DiagnosticTable.IdentityIncomplete, SignerTable.Demanding, values, false, $"write {missing}, too");
    }

    [Fact]
    public void Nothing_is_asked_for_and_nothing_is_wrong()
    {
        foreach (var table in Tables.Values)
            table.Check(_ => "", inProject: true);
        SignerTable.Signing.Check(name => name == "ContainerSimpleSigning" ? "false" : "", inProject: true);
        SignerTable.Signing.Check(
            name =>
                name switch
                {
                    "--keyless" => "false",
                    "--key" => "cosign.key",
                    _ => "",
                },
            inProject: false
        );
    }

    [Fact]
    public void What_projects_share_is_no_error_in_one_that_signs_nothing()
    {
        string[] shared =
        [
            "ContainerFulcioUrl",
            "ContainerRekorUrl",
            "ContainerTimestampUrl",
            "ContainerSigningPublicKey",
            "ContainerSimpleSigning",
        ];
        SignerTable.Signing.Check(name => shared.Contains(name) ? Value : "", inProject: true);
        Assert.Equal(
            shared.Order(StringComparer.Ordinal),
            Tables
                .Values.SelectMany(table => table.Options)
                .Where(option => option.IsOfHow)
                .Select(option => option.Property)
                .Order(StringComparer.Ordinal)
        );
        foreach (var option in SignerTable.Signing.Options.Where(each => each.IsOfHow && each.Option.Length > 0))
            Fails(
                DiagnosticTable.SignerOptionsMisfit,
                SignerTable.Signing,
                new() { [option.Option] = Value },
                false,
                ""
            );
    }

    [Theory] // What asks for a signature, or demands one, is never passed over.
    [InlineData("ContainerSigningCertificate", "ContainerSigningKey or ContainerSigningCommand")]
    [InlineData("ContainerBaseImageIssuer", "ContainerBaseImageIdentity")]
    [InlineData("ContainerBaseImageTrustedRoot", "ContainerBaseImageIdentity")]
    public void A_property_that_asks_for_more_is_an_error_beside_shared_ones(string property, string missing)
    {
        var table = Tables.Values.Single(each => each.Options.Any(option => option.Property == property));
        var values = new Dictionary<string, string> { [property] = Value, ["ContainerFulcioUrl"] = Value };
        Fails(DiagnosticTable.SignerOptionsMisfit, table, values, true, $"{property} goes with {missing}");
    }

    [Fact] // A property that is added to the options and not to the table fails here.
    public void The_table_has_every_property_that_a_project_may_set()
    {
        foreach (var property in Texts(typeof(DeliveryOptions)).Where(each => each.Name != "Attestations"))
            AssertOneReads(
                SignerTable.Signing,
                property.Name,
                Set(new DeliveryOptions(TestKeys.Source()), property).ValueOf
            );
        foreach (var property in Texts(typeof(KeylessWords)))
            AssertOneReads(
                SignerTable.Signing,
                property.Name,
                new DeliveryOptions(TestKeys.Source()) { Services = Set(new KeylessWords(), property) }.ValueOf
            );
        foreach (var property in Texts(typeof(BaseOptions)).Where(each => each.Name is not ("Image" or "Location")))
            AssertOneReads(SignerTable.Demanding, property.Name, Set(new BaseOptions("", null!), property).ValueOf);
    }

    private static Dictionary<string, SignerTable> Tables { get; } =
        new() { ["signing"] = SignerTable.Signing, ["demanding"] = SignerTable.Demanding };

    private static IEnumerable<PropertyInfo> Texts(Type type) =>
        type.GetProperties().Where(property => property.PropertyType == typeof(string));

    private static T Set<T>(T options, PropertyInfo property)
    {
        property.SetValue(options, Value);
        return options;
    }

    private static void AssertOneReads(SignerTable table, string property, Func<string, string> valueOf) =>
        Assert.True(
            table.Options.Count(option => option.Property.Length > 0 && valueOf(option.Property) == Value) == 1,
            $"no row, or more than one, of the table is about '{property}'"
        );

    // Each way with all that it takes.
    private static IEnumerable<(SignerWay Way, Dictionary<string, string> Values)> Ways(
        SignerTable table,
        bool inProject
    )
    {
        foreach (var option in table.Options.Where(each => each.Chooses is not null && each.Name(inProject).Length > 0))
        {
            foreach (var value in new[] { "a file", "exec:sign" }.DistinctBy(text => option.Chooses!(text)))
            {
                var way = option.Chooses!(value);
                var values = new Dictionary<string, string> { [option.Name(inProject)] = value };
                foreach (var needed in table.Options.Where(each => each.Ways is [var only] && only == way))
                {
                    if (way.Option == "--certificate-identity" && needed.Name(inProject).Length > 0)
                        values.TryAdd(needed.Name(inProject), Value);
                }

                yield return (way, values);
            }
        }
    }

    private static Func<string, string> Reader(Dictionary<string, string> values) =>
        name => values.GetValueOrDefault(name, "");

    private static string Fails(
        Diagnostic diagnostic,
        SignerTable table,
        Dictionary<string, string> values,
        bool inProject,
        string words
    )
    {
        var error = Assert.Throws<ContainerizeException>(() => table.Check(Reader(values), inProject));
        Assert.Equal(diagnostic.Code + ": " + error.Message, error.Diagnostic.Code + ": " + error.Message);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}
