using System.Collections.Immutable;
using Containerize.Core.Tests.Stores;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Publishing.Bases;

namespace Containerize.Core.Tests.Publishing.Bases;

/// <summary>What the name, the history and the packages of a base tell of it.</summary>
public sealed class BaseFitnessTests
{
    [Theory]
    [InlineData("scratch", "", "", true)]
    [InlineData("scratch", "dotnet-runtime-10.0", "", false)]
    [InlineData("scratch", "aspnetcore-runtime-10.0", "", false)]
    [InlineData("scratch", "", "dotnet", false)]
    [InlineData("mcr.microsoft.com/dotnet/runtime-deps:10.0", "", "", true)]
    [InlineData("registry.example/mirror/runtime-deps:10.0", "", "", true)]
    [InlineData("registry.example/acme/base:1", "", "", false)]
    [InlineData("mcr.microsoft.com/dotnet/aspnet:10.0", "", "", false)]
    public void An_app_without_the_runtime_needs_a_base_with_it(
        string from,
        string package,
        string added,
        bool isDoubted
    )
    {
        var objection = Fitness(from, package, added).Objection(null, needsRuntime: true);
        Assert.Equal(isDoubted, objection?.Contains("without the .NET runtime", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("alpine:3.22", "", Heads.Glibc, true)]
    [InlineData("mcr.microsoft.com/dotnet/runtime-deps:10.0-alpine", "", Heads.Glibc, true)]
    [InlineData("mcr.microsoft.com/dotnet/runtime-deps:10.0-alpine3.22", "", Heads.Musl, false)]
    [InlineData("mcr.microsoft.com/dotnet/runtime-deps:10.0", "", Heads.Musl, true)]
    [InlineData("mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled", "", Heads.Musl, true)]
    [InlineData("debian:12", "", Heads.Musl, true)]
    [InlineData("debian:12", "", Heads.Glibc, false)]
    [InlineData("registry.example/ubi9:1", "", Heads.Musl, true)]
    [InlineData("registry.example/acme/base:1", "", Heads.Musl, false)]
    [InlineData("registry.example/acme/base:1", "", Heads.Glibc, false)]
    [InlineData(
        "registry.example/acme/base:1",
        "ADD alpine-minirootfs-3.22.0-x86_64.tar.gz / # buildkit",
        Heads.Glibc,
        true
    )]
    [InlineData("registry.example/acme/base:1", "RUN apt-get update", Heads.Musl, true)]
    [InlineData("registry.example/acme/base:1", "RUN apt-get update", null, false)]
    [InlineData("scratch", "", Heads.Glibc, true)]
    [InlineData("scratch", "", null, false)]
    public void A_program_needs_a_base_with_its_C_library(string from, string history, string? loader, bool isDoubted)
    {
        using var stream = new MemoryStream(Heads.Elf(62, loader));
        Assert.Equal(
            isDoubted,
            Fitness(from, "", "", history).Objection(ProgramFile.Read(stream), needsRuntime: false) is not null
        );
    }

    [Theory]
    [InlineData("libc6", "", Heads.Glibc, false)]
    [InlineData("libc6", "", Heads.Musl, true)]
    [InlineData("", "ld-linux-x86-64.so.2", Heads.Glibc, false)]
    public void Packages_and_added_files_bring_a_loader(string package, string added, string loader, bool isDoubted)
    {
        using var stream = new MemoryStream(Heads.Elf(62, loader));
        Assert.Equal(
            isDoubted,
            Fitness("scratch", package, added).Objection(ProgramFile.Read(stream), needsRuntime: false) is not null
        );
    }

    private static BaseFitness Fitness(string from, string package, string added, string history = "") =>
        new()
        {
            From = from,
            Reference = from == "scratch" ? null : ImageReference.Parse(from),
            Base =
                history.Length == 0
                    ? Image.Scratch(TestImage.Amd64)
                    : Image.Scratch(TestImage.Amd64).With(TestImage.Layer("base"), DateTimeOffset.UnixEpoch, history),
            Packages = List(package),
            AddedFiles = List(added),
        };

    private static ImmutableArray<string> List(string one) => one.Length > 0 ? [one] : [];
}
