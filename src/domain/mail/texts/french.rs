//! The texts of mails in French.

use super::{MailKind, Text};

texts! {
    Test "E-mail d’essai de {cloud}"
        "Bonjour {name},\n\nceci est un essai. Les e-mails de {cloud} arrivent bien.";
    Message "{subject}"
        "{sender} vous écrit depuis {cloud}\u{202f}:\n\n{message}";
    SignInCode "Votre code pour {cloud}"
        "Bonjour {name},\n\nvotre code de connexion est\n\n{code}\n\nIl fonctionne une seule fois, pendant 10 minutes. Si vous n’êtes pas en train de vous connecter, quelqu’un connaît votre mot de passe\u{202f}: changez-le.";
    NewPlace "Connexion à {cloud} depuis un nouvel endroit"
        "Bonjour {name},\n\nquelqu’un s’est connecté à votre compte depuis un endroit que {cloud} ne connaissait pas.\n\nAvec\u{202f}: {device}\nDepuis\u{202f}: {address}\nQuand\u{202f}: {when}\n\nSi c’était vous, il n’y a rien à faire. Sinon, changez tout de suite votre mot de passe\u{202f}: tous les autres appareils seront déconnectés.";
    PasswordReset "Choisissez un nouveau mot de passe pour {cloud}"
        "Bonjour {name},\n\nquelqu’un, sans doute vous, souhaite un nouveau mot de passe pour votre compte. Ce lien permet de le choisir\u{202f}:\n\n{link}\n\nIl fonctionne une seule fois et pour peu de temps. Si ce n’était pas vous, il n’y a rien à faire\u{202f}: votre mot de passe ne change pas.";
    VerifyEmail "Confirmez votre adresse e-mail pour {cloud}"
        "Bonjour {name},\n\navec ce lien, confirmez que cette adresse est bien la vôtre\u{202f}:\n\n{link}\n\nSi vous n’avez pas de compte sur {cloud}, il n’y a rien à faire.";
    Invitation "{sender} vous invite sur {cloud}"
        "Bonjour {name},\n\n{sender} a créé un compte pour vous sur {cloud}. Ce lien vous permet de choisir un mot de passe et de commencer\u{202f}:\n\n{link}";
    Held "Fichiers supprimés ou remplacés dans {cloud}\u{202f}: {count}"
        "Bonjour {name},\n\ndans le compte {who}, des fichiers ont été supprimés ou remplacés en dix minutes\u{202f}: {count}. {cloud} a tout arrêté.\n\nAvec\u{202f}: {device}\nDepuis\u{202f}: {when}\n\nSi c’était vous, laissez continuer. Sinon, annulez tout\u{202f}: un bouton du portail remet tout en place. D’ici là, rien n’est perdu. Un ordinateur qui chiffre des fichiers tout seul a un virus. Débranchez-le d’abord du réseau.";
    ShareLink "{sender} partage «\u{202f}{share}\u{202f}» avec vous"
        "{sender} partage «\u{202f}{share}\u{202f}» avec vous\u{202f}:\n\n{link}\n\n{message}";
    Share "{sender} partage «\u{202f}{share}\u{202f}» avec vous"
        "Bonjour {name},\n\n{sender} partage «\u{202f}{share}\u{202f}» avec vous. Vous le trouverez dans votre compte\u{202f}:\n\n{link}\n\n{message}";
    Limit "Votre espace sur {cloud} est presque plein"
        "Bonjour {name},\n\n{used} de vos {limit} sont utilisés. Supprimez ce dont vous n’avez pas besoin et videz la corbeille, ou demandez plus d’espace à un administrateur.";
    Disk "Un disque de {cloud} est presque plein"
        "Bonjour {name},\n\nil reste peu de place\u{202f}:\n\n{disks}\n\nQuand un disque est plein, plus rien ne peut être importé. Rien de ce qui est enregistré n’est perdu.";
    BackupFailed "La sauvegarde de {cloud} a échoué"
        "Bonjour {name},\n\nla sauvegarde prévue n’a pas pu être faite\u{202f}:\n\n{reason}\n\nUn nouvel essai aura lieu. Les sauvegardes précédentes sont intactes.";
    CheckFindings "Le contrôle de {cloud} a trouvé quelque chose"
        "Bonjour {name},\n\nle contrôle de la base de données et du disque a trouvé quelque chose à regarder\u{202f}:\n\n{findings}\n\nL’administration en dit plus, y compris ce qu’il faut faire.";
    AccountWaits "{account} demande un compte sur {cloud}"
        "Bonjour {name},\n\n{account} ({email}) a demandé un compte et attend d’être accepté. Vous pouvez accepter ou refuser ici\u{202f}:\n\n{link}\n\nD’autres personnes y attendent peut-être aussi\u{202f}: cet e-mail arrive au plus une fois par heure.";
    LetIn "Votre compte sur {cloud} est prêt"
        "Bonjour {name},\n\nvous pouvez maintenant vous connecter avec le nom {account} et le mot de passe que vous avez choisi\u{202f}:\n\n{link}";
}
